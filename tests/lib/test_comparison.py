"""Two versions of a text, word by word."""

import random
import re
from difflib import SequenceMatcher
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsroom.lib.comparison import align, common, compare_html, compare_words, replaced
from newsroom.lib.markup import VOID, plain_text, sanitise
from tests.nu import nu_errors

_SAID = re.compile(r'<span class="unseen">[^<]*</span>')


def seen(html: str) -> str:
    """Without what is only said to those who hear it."""
    return _SAID.sub("", str(html))


def without(tag: str, html: str) -> str:
    """The text as if that mark's words were not there. A sign for a new block is no text."""
    kept = re.sub(rf"<{tag}>.*?</{tag}>", "", seen(html), flags=re.DOTALL)
    return plain_text(re.sub("<p>|<li>|¶", r" \g<0>", kept).replace("¶", " "))


@pytest.mark.parametrize(
    ("old", "new", "shown"),
    [
        ("<p>The pier is red.</p>", "<p>The pier is red.</p>", "<p>The pier is red.</p>"),
        (
            "<p>The pier is red.</p>",
            "<p>The pier is yellow.</p>",
            "<p>The pier is<del> red</del><ins> yellow</ins>.</p>",
        ),
        ("<p>One.</p><p>Two.</p>", "<p>One.</p>", "<p>One.</p><p><del>Two.</del></p>"),
        ("<p>One.</p><p>Two.</p>", "<p>Two.</p>", "<p><del>One.</del></p><p>Two.</p>"),
        ("<p>One.</p>", "<p>One.</p><h2>Two</h2>", "<p>One.</p><h2><ins>Two</ins></h2>"),
        ("<p>One. Two.</p>", "<p>One.</p><p>Two.</p>", "<p>One.</p><p><ins>¶ </ins>Two.</p>"),
        ("<p>One.</p><p>Two.</p>", "<p>One. Two.</p>", "<p>One.<del> ¶ </del> Two.</p>"),
        ("<p>So bold.</p>", "<p>So <b>bold</b>.</p>", "<p>So<del> bold</del><b><ins> bold</ins></b>.</p>"),
        (
            '<p><a href="/a/">Here</a></p>',
            '<p><a href="/b/">Here</a></p>',
            '<p><del><a href="/a/">Here</a></del> <a href="/b/"><ins>Here</ins></a></p>',
        ),
        ("<p>Head</p>", "<h2>Head</h2>", "<p><del>Head</del></p><h2><ins>Head</ins></h2>"),
        (
            "<ul><li>a</li><li>b</li><li>c</li></ul>",
            "<ul><li>a</li><li>c</li></ul>",
            "<ul><li>a</li><li><del>b</del></li><li>c</li></ul>",
        ),
        (
            "<ul><li>a</li><li>b</li></ul>",
            "<p>x</p>",
            "<ul><li><del>a</del></li><li><del>b</del></li></ul><p><ins>x</ins></p>",
        ),
        ("<ul><li>a</li></ul><p>b</p>", "<ul><li>a</li></ul>", "<ul><li>a</li></ul><p><del>b</del></p>"),
        ("", "<p>x</p>", "<p><ins>x</ins></p>"),
        ("<p>x</p>", "", "<p><del>x</del></p>"),
        ("<p>a &lt;b&gt; &amp; c</p>", "<p>a &lt;b&gt; c</p>", "<p>a &lt;b&gt;<del> &amp;</del> c</p>"),
        ("<p>古池や</p>", "<p>古川や</p>", "<p>古<del>池</del><ins>川</ins>や</p>"),
        ("<p>a</p><hr><p>b</p>", "<p>a</p><p>b</p>", "<p>a</p><p>b</p>"),
        (
            "<table><tbody><tr><td>a</td><td>b</td></tr></tbody></table>",
            "<table><tbody><tr><td>a</td></tr></tbody></table>",
            "<table><tbody><tr><td>a</td></tr></tbody></table><p><del>b</del></p>",
        ),
    ],
)
def test_what_came_and_what_went_is_marked_in_place(old, new, shown):
    assert seen(compare_html(old, new)) == shown


def test_a_picture_comes_and_goes_like_a_word():
    one = '<figure><img src="/media/a.jpg" alt="A"><figcaption>C</figcaption></figure>'
    other = one.replace("a.jpg", "b.jpg")

    came = seen(compare_html("<p>x</p>", f"<p>x</p>{one}"))
    changed = seen(compare_html(one, other))

    assert came == (
        '<p>x</p><figure><ins><img alt="A" src="/media/a.jpg"></ins><figcaption><ins>C</ins></figcaption></figure>'
    )
    assert sorted(re.findall(r'<(ins|del)><img alt="A" src="([^"]+)"', changed)) == [
        ("del", "/media/a.jpg"),
        ("ins", "/media/b.jpg"),
    ]


def test_the_marks_are_said_in_words_too():
    assert compare_words("red", "blue") == (
        '<del><span class="unseen">[removed:] </span>red<span class="unseen"> [end] </span></del> '
        '<ins><span class="unseen">[added:] </span>blue<span class="unseen"> [end] </span></ins>'
    )


def test_words_and_values_are_escaped():
    assert "<script>" not in compare_words("<script>", "a <script> & b") + replaced("<script>", "<b>")
    assert seen(replaced("Ada", "Bo")) == "<del>Ada</del> <ins>Bo</ins>"


def test_an_of_the_between_two_rewritten_sentences_is_no_common_ground():
    old = "Nobody at home could say what had become of the ferry that never sailed again"
    new = "Three witnesses remember a light on some day of the storm which sank everything here"

    assert seen(compare_words(old, new)) == f"<del>{old}</del> <ins>{new}</ins>"


# --- What must hold of any two texts ----------------------------------------------------------------

WORDS = st.sampled_from(
    ["the", "pier", "is", "yellow", "a", ",", ".", "Zoë", "1,000", "don’t", "&lt;", "日本", "x-y", "-"]
)
TEXT = st.lists(WORDS, max_size=12).map(" ".join)
INLINE_TEXT = st.builds(
    lambda before, tag, inner, after: f"{before} <{tag}>{inner}</{tag.split()[0]}> {after}",
    TEXT,
    st.sampled_from(["b", "em", 'a href="/x/"', "code"]),
    TEXT,
    TEXT,
)
BLOCK = st.one_of(
    TEXT.map(lambda t: f"<p>{t}</p>"),
    INLINE_TEXT.map(lambda t: f"<p>{t}</p>"),
    TEXT.map(lambda t: f"<h2>{t}</h2>"),
    st.lists(INLINE_TEXT, max_size=3).map(lambda items: "<ul>" + "".join(f"<li>{i}</li>" for i in items) + "</ul>"),
    st.lists(TEXT, max_size=3).map(lambda items: "<ol>" + "".join(f"<li><p>{i}</p></li>" for i in items) + "</ol>"),
    st.lists(TEXT, max_size=2).map(
        lambda items: "<blockquote>" + "".join(f"<p>{i}</p>" for i in items) + "</blockquote>"
    ),
    TEXT.map(lambda t: f'<figure><img src="/media/a.jpg" alt="A"><figcaption>{t}</figcaption></figure>'),
    st.lists(TEXT, min_size=1, max_size=3).map(
        lambda cells: "<table><tbody><tr>" + "".join(f"<td>{c}</td>" for c in cells) + "</tr></tbody></table>"
    ),
    TEXT.map(lambda t: f"<p>{t}<br>{t}</p>"),
    st.just("<hr>"),
)
BODY = st.lists(BLOCK, max_size=6).map("".join).map(sanitise)


@settings(max_examples=60)
@given(old=BODY, new=BODY)
@example(old="<p>b c</p>", new="<p>c</p>")
@example(old="<p>1 000</p>", new="<p>1,000</p>")
def test_without_what_came_it_is_the_old_text_and_without_what_went_the_new(old, new):
    shown = compare_html(old, new)

    assert without("ins", shown) == plain_text(old)
    assert without("del", shown) == plain_text(new)


@settings(max_examples=60)
@given(old=BODY, new=BODY)
def test_every_element_is_closed_where_it_may_be_and_words_stand_where_words_may(old, new):
    checker = _Nesting()
    checker.feed(str(compare_html(old, new)))

    assert (checker.wrong, checker.open) == ([], [])


@given(body=BODY)
def test_nothing_is_marked_between_a_text_and_itself(body):
    shown = compare_html(body, body)

    assert "<ins>" not in shown
    assert "<del>" not in shown
    assert plain_text(shown) == plain_text(body)


@given(old=st.lists(st.integers(0, 5), max_size=40), new=st.lists(st.integers(0, 5), max_size=40))
def test_runs_cover_both_and_equal_ones_are_equal(old, new):
    runs = align(old, new)

    assert [i for run in runs for i in run.old] == list(range(len(old)))
    assert [j for run in runs for j in run.new] == list(range(len(new)))
    assert all([old[i] for i in run.old] == [new[j] for j in run.new] for run in runs if run.kind == "equal")


@given(old=st.lists(st.integers(0, 3), max_size=30), new=st.lists(st.integers(0, 3), max_size=30))
def test_what_is_common_is_the_longest_there_is(old, new):
    pairs = common(old, new)

    assert len(pairs) == longest(old, new)
    assert all(old[i] == new[j] for i, j in pairs)
    assert pairs == sorted(set(pairs))


def longest(old, new):
    row = [0] * (len(new) + 1)
    for one in old:
        before = row[:]
        for j, other in enumerate(new, 1):
            row[j] = before[j - 1] + 1 if one == other else max(before[j], row[j - 1])
    return row[-1]


@pytest.mark.parametrize("kind", ["nothing in common", "all the same word", "shuffled"])
def test_no_text_is_hard(kind):
    """10,000 words each; with difflib, the second would take minutes. Nothing is timed: it ends."""
    words = [f"w{number}" for number in range(10_000)]
    shuffled = random.Random(1).sample(words, len(words))
    old, new = {
        "nothing in common": (words, [f"v{number}" for number in range(10_000)]),
        "all the same word": (["a"] * 10_000, ["a"] * 5_000 + ["b"] + ["a"] * 4_000),
        "shuffled": (words, shuffled),
    }[kind]

    runs = align(old, new)

    assert sum(len(run.old) for run in runs) == 10_000


def test_it_finds_no_less_than_difflib():
    rng = random.Random(7)
    old = [rng.choice("abcdefghij") for _number in range(300)]
    new = [letter for letter in old if rng.random() > 0.1] + ["z"] * 3

    found = sum(len(run.old) for run in align(old, new) if run.kind == "equal")

    assert found >= SequenceMatcher(None, old, new, autojunk=False).ratio() * (len(old) + len(new)) / 2 * 0.9


def test_what_is_shown_is_valid_html():
    blocks = [
        "<p>One <b>two</b> three.</p>",
        "<h2>Head</h2>",
        "<ul><li>a</li><li>b</li></ul>",
        "<ol><li><p>c</p></li></ol>",
        "<blockquote><p>d</p></blockquote>",
        '<figure><img src="/media/a.jpg" alt="A"><figcaption>e</figcaption></figure>',
        "<table><caption>t</caption><tbody><tr><td>f</td><td>g</td></tr></tbody></table>",
        "<hr>",
    ]
    rng = random.Random(3)
    pages = []
    for _number in range(30):
        old, new = ("".join(rng.sample(blocks, rng.randint(0, 6))) for _which in range(2))
        shown = compare_html(old, new.replace("three", "four"))
        pages.append(f'<!doctype html><html lang="en"><head><title>t</title></head><body>{shown}</body></html>')

    assert nu_errors(*pages) == []


class _Nesting(HTMLParser):
    """Whether each element stands where it may."""

    def __init__(self):
        super().__init__()
        self.open, self.wrong = [], []

    def handle_starttag(self, tag, attrs):
        around = self.open[-1] if self.open else "body"
        if around in {"ul", "ol"} and tag != "li":
            self.wrong.append(f"{tag} in {around}")
        if tag in {"p", "ul", "ol", "h2", "table", "figure", "blockquote"} and {"p", "h2", "ins", "del"} & set(
            self.open
        ):
            self.wrong.append(f"{tag} in {self.open}")
        if around in {"table", "tbody", "tr"} and tag not in {"tbody", "tr", "td", "th"}:
            self.wrong.append(f"{tag} in {around}")
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")
