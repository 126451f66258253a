import re

import pytest

from tests.factories import make_article, make_articles, make_category

pytestmark = pytest.mark.django_db


@pytest.fixture
def section():
    section = make_category("world", description="Everything beyond the breakwater.")
    make_category("asia", parent=section)
    make_category("europe", parent=section)
    return section


def parts(response) -> list[str]:
    """The sub-sections that are linked, the current one marked."""
    chips = re.search(r'<ul class="chips">(.*?)</ul>', response.content.decode(), re.DOTALL)
    return re.findall(r'href="(/[a-z]+/"(?: aria-current="page")?)', chips[1]) if chips else []


def test_a_section_names_its_sub_sections_and_shows_their_stories(client, section):
    make_article(headline="From Europe", category=make_category("europe").pk)
    make_article(headline="From the world")

    response = client.get("/world/")

    assert parts(response) == ['/asia/"', '/europe/"']
    assert [article.headline for article in response.context["page"].rows] == ["From the world", "From Europe"]
    assert "Everything beyond the breakwater." in response.content.decode()


def test_a_sub_section_names_its_section_and_marks_itself_among_its_sisters(client, section):
    make_article(headline="From the world")

    response = client.get("/europe/")

    assert parts(response) == ['/asia/"', '/europe/" aria-current="page"']
    assert '<p class="kicker"><a href="/world/">World</a></p>' in response.content.decode()
    assert list(response.context["page"].rows) == []


def test_the_first_story_leads_on_the_first_page_only(client):
    make_articles(25)
    first = client.get("/world/")
    second = client.get("/world/", {"before": first.context["page"].older})

    assert ["card-feature" in page.content.decode() for page in (first, second)] == [True, False]


def test_an_empty_section_says_what_will_stand_there(client, section):
    assert "The first story will stand at this place." in client.get("/asia/").content.decode()


def test_only_the_first_page_is_for_search_engines_and_all_name_their_neighbours(client):
    make_articles(45)
    first = client.get("/world/")
    second = client.get("/world/", {"before": first.context["page"].older})
    last = client.get("/world/", {"before": second.context["page"].older})
    back = client.get("/world/", {"after": second.context["page"].newer})

    def place(response) -> list[str]:
        head = response.content.decode().partition("</head>")[0]
        return re.findall(r'<link rel="(canonical|prev|next)"|(noindex, follow)', head)

    def only(*words):
        return [("", word) if " " in word else (word, "") for word in words]

    assert place(first) == place(back) == only("canonical", "next")
    assert place(second) == only("noindex, follow", "prev", "next")
    assert place(last) == only("noindex, follow", "prev")
    assert '<link rel="canonical" href="http://testserver/world/">' in back.content.decode()
