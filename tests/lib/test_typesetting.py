import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.lib.markup import plain_text, sanitise
from newsroom.lib.typesetting import Heading, typeset

LONG = "<p>" + "word " * 300 + "</p>"


def test_a_body_without_anything_to_set_stays_as_it_is():
    body = sanitise(
        '<p>a &amp; b &lt;c&gt; “d”<br>e</p><ul><li>f</li></ul><figure><img src="/media/x.webp" alt="a &quot;b&quot;">'
        '</figure><table><tbody><tr><td colspan="2">g</td></tr></tbody></table><pre><code>  h\n</code></pre>'
    )

    assert typeset(body).html == body


def test_headings_get_anchors_of_their_words_each_its_own():
    body = "<h2>Odds &amp; <em>evens</em></h2><h3>Odds, evens!</h3><h2>Was nun, Österreich?</h2><h2>ما الخبر</h2>"
    body += "<h2>?</h2><h2>!</h2><h2> </h2>"

    text = typeset(body)

    assert text.headings == [
        Heading("part-odds-evens", "Odds & evens"),
        Heading("part-was-nun-österreich", "Was nun, Österreich?"),
        Heading("part-ما-الخبر", "ما الخبر"),
        Heading("part-", "?"),
        Heading("part--2", "!"),
    ]
    assert text.html.startswith('<h2 id="part-odds-evens">Odds &amp; <em>evens</em></h2><h3 id="part-odds-evens-2">')


def test_no_two_anchors_are_the_same_whatever_the_headings_say():
    headings = ["A", "A-2", "A", "A", "A 2", "x" * 80, "x" * 70]

    anchors = [heading.anchor for heading in typeset("".join(f"<h2>{h}</h2>" for h in headings)).headings]

    assert len(set(anchors)) == len(headings)


@pytest.mark.parametrize(
    ("body", "count"),
    [
        (("<h2>A</h2>" + LONG) * 3, 3),
        (("<h2>A</h2>" + LONG) * 2 + LONG, 0),
        ("<h2>A</h2>" * 3 + LONG * 2, 0),
    ],
)
def test_a_long_piece_of_three_parts_has_contents(body, count):
    assert len(typeset(body).contents) == count


def test_links_are_numbered_by_where_they_lead_unless_they_say_so_themselves():
    body = sanitise(
        '<p><a href="/world/">World</a>, <a href="https://a.example/b/">there</a>, https://c.example/, '
        '<a href="https://a.example/b/">again</a>, <a href="mailto:ada@a.example">Ada</a>, <a href="#part-x">up</a></p>'
    )

    text = typeset(body)

    assert text.addresses == ["http://testserver/world/", "https://a.example/b/", "ada@a.example"]
    assert text.html == (
        '<p><a data-note="1" href="/world/">World</a>, '
        '<a data-note="2" href="https://a.example/b/" rel="noopener">there</a>, '
        '<a href="https://c.example/" rel="noopener">https://c.example/</a>, '
        '<a data-note="2" href="https://a.example/b/" rel="noopener">again</a>, '
        '<a data-note="3" href="mailto:ada@a.example">Ada</a>, '
        '<a href="#part-x">up</a></p>'
    )


def test_only_what_is_paid_for_marks_its_links_to_others():
    body = sanitise('<p><a href="https://a.example/">a</a> <a href="/world/">b</a></p>')

    paid, free = (typeset(body, is_paid_for=value).html for value in (True, False))

    assert paid == free.replace('rel="noopener"', 'rel="sponsored noopener"') != free


QUOTE = '<blockquote class="pull-quote"><p>{}</p><p>Ada, <a href="/x/">engineer</a></p></blockquote>'


@pytest.mark.parametrize(
    ("words", "hidden"), [("“It is cold. It has limpets”", ' aria-hidden="true"'), ("“It is warm”", "")]
)
def test_a_pull_quote_is_read_out_once(words, hidden):
    body = sanitise(QUOTE.format(words) + "<p>She said: “It is <em>cold</em>; it has limpets on it.”</p>")

    text = typeset(body)

    assert text.html.startswith(f'<aside class="pull-quote"{hidden}><p>{words}</p><p>Ada, engineer</p></aside>')
    assert (text.words, text.addresses) == (10, [])


def test_headings_in_a_pull_quote_are_no_parts():
    assert typeset('<blockquote class="pull-quote"><h2>A</h2></blockquote>').headings == []


@pytest.mark.parametrize(
    ("body", "words", "minutes"),
    [("", 0, 1), (LONG * 3, 900, 4), ("<p>a</p><p>b<br>c</p>", 3, 1), ("<p>" + "漢字" * 460 + "</p>", 460, 2)],
)
def test_reading_takes_time_by_the_number_of_words(body, words, minutes):
    text = typeset(body)

    assert (text.words, text.minutes) == (words, minutes)


_PIECES = ["<h2>", "</h2>", "<a href=/x>", "</a>", "<blockquote>", "</blockquote>", "<p>", "<br>", "x", "&", "<hr>"]
_PIECES += ['<blockquote class="pull-quote">', "<img src=/media/x>"]


@given(st.lists(st.one_of(st.sampled_from(_PIECES), st.text(max_size=5)), max_size=20).map("".join))
def test_setting_any_body_loses_no_word(html):
    body = sanitise(html)

    text = typeset(body)

    assert "".join(plain_text(text.html).split()) == "".join(plain_text(body).split())
