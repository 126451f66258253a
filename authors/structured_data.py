from authors.models import Author
from newsroom.lib.addresses import absolute
from newsroom.lib.json_ld import Node, node, publisher


def person(author: Author, job_title: str) -> Node:
    """The name is nothing but the name, as search engines want it; the job title is that of the day of signing."""
    return node("Person", name=author.name, url=absolute(author.get_absolute_url()), jobTitle=job_title)


def profile_page(author: Author) -> Node:
    about = person(author, author.job_title) | node(
        "Person",
        description=author.bio,
        image=absolute(author.portrait.url) if author.portrait else "",
        sameAs=[link.url for link in author.links.all()],
        worksFor=publisher(),
    )
    return node("ProfilePage", mainEntity=about)
