from urllib.parse import parse_qs, urlsplit

from newsroom.lib.sharing import mail_link, share_links

ADDRESS = "https://news.example/world/ü/"
HEADLINE = "“Peace & quiet”: 100% <b>=?# 平和"


def test_every_way_carries_the_headline_or_the_address_whole():
    ways = dict(share_links(ADDRESS, HEADLINE))

    sent = {name: {k: v[0] for k, v in parse_qs(urlsplit(way).query).items()} for name, way in ways.items()}
    both = f"{HEADLINE} {ADDRESS}"
    assert sent == {
        "E-mail": {"subject": HEADLINE, "body": ADDRESS},
        "WhatsApp": {"text": both},
        "Bluesky": {"text": both},
        "Facebook": {"u": ADDRESS},
        "LinkedIn": {"url": ADDRESS},
        "X": {"text": HEADLINE, "url": ADDRESS},
    }
    assert all(way.startswith(("https://", "mailto:?")) for way in ways.values())


def test_a_letter_goes_to_one_address_and_no_header_can_be_slipped_in():
    link = mail_link("desk@news.example", "Error in “A\r\nBcc: x@y.example”", "a&bcc=x@y.example")

    assert link.startswith("mailto:desk@news.example?subject=Error%20in%20%E2%80%9CA%0D%0ABcc%3A")
    assert set(parse_qs(urlsplit(link).query)) == {"subject", "body"}
