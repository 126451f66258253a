import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsroom.lib.markup import plain_text, sanitise
from newsroom.lib.redaction import Redaction

GONE = "[removed]"


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("<p>So John Doe said.</p>", "<p>So [removed] said.</p>"),
        ("<p>JOHN\n  doe</p>", "<p>[removed]</p>"),
        ("<p>John&nbsp;Doe’s</p>", "<p>[removed]’s</p>"),
        ("<p>John <em>Doe</em> said</p>", "<p>[removed]<em></em> said</p>"),
        ("<p>Jo<b>hn D</b>oe</p>", "<p>[removed]<b></b></p>"),
        ("<p>John</p><p>Doe</p>", "<p>[removed]</p><p></p>"),
        ('<img src="/a.jpg" alt="John Doe at sea">', '<img src="/a.jpg" alt="[removed] at sea">'),
        ('<a href="https://x.example/?q=John Doe">x</a>', '<a href="">x</a>'),
        ("<p>Johnathan Doering</p>", "<p>Johnathan Doering</p>"),
        ("<p>a &lt;b&gt; &amp; c</p>", "<p>a &lt;b&gt; &amp; c</p>"),
    ],
)
def test_words_go_however_they_are_set(html, left):
    assert Redaction("John Doe", GONE).of_html(html) == left


def test_no_tag_is_taken_for_a_word():
    assert Redaction("strong", GONE).of_html("<p><strong>Strong</strong></p>") == "<p><strong>[removed]</strong></p>"


@pytest.mark.parametrize("passage", ["Zoë Müller", "Zoe\u0308 Mu\u0308ller", "A & B", "a.b*c", "日本"])
def test_any_letters_are_found_in_both_ways_of_writing_them(passage):
    html = f"<p>x {passage.replace('&', '&amp;')} y</p>"

    assert Redaction(passage, GONE).of_html(html) == "<p>x [removed] y</p>"
    assert Redaction("Zoë Müller", GONE).of_text("Zoe\u0308 Mu\u0308ller") == GONE


@pytest.mark.parametrize(
    ("passage", "address"),
    [
        ("John Doe", "https://x.example/?q=john%20doe"),
        ("John Doe", "/town/the-john_doe.case/"),
        ("Smith-Jones", "/smith-jones-accused/"),
        ("Doe, John", "/doe-john/"),
        ("Dr. John Doe", "/dr-john-doe/"),
        ("Jürgen Müller", "/jurgen-muller-freed/"),
        ("Jürgen Müller", "https://x.example/J%C3%BCrgen+M%C3%BCller"),
        ("O’Brien", "/obrien/"),
        ("日本", "/日本/"),
        ("Müller", "https://www.xn--Mller-kva.example/"),
    ],
)
def test_an_address_says_the_words_however_addresses_spell_them(passage, address):
    assert Redaction(passage, GONE).is_in_address(address)
    assert Redaction(passage, GONE).of_html(f'<a href="{address}">x</a>') == '<a href="">x</a>'


def test_an_address_of_other_words_stays():
    others = ("/johnathan-doering/", "/doe/", "//xn--99999999/", "")
    assert not any(Redaction("John Doe", GONE).is_in_address(address) for address in others)


@given(st.text(st.sampled_from("ab <>&b/p\"'=c"), max_size=60))
def test_what_is_not_the_passage_stays_as_it_is(text):
    html = sanitise(text)

    assert plain_text(Redaction("zzz", GONE).of_html(html)) == plain_text(html)
    assert Redaction("ab", "-").count(plain_text(Redaction("ab", "-").of_html(html))) == 0
