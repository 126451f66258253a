"""Who speaks: staff, with a badge beside their byline; and the names that nobody else may sign with.

Pages are shared, so no form knows who is logged in: that is looked at once a comment is sent.
"""

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.http import HttpRequest
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from articles.models import Article
from authors.models import Author
from comments.models import Badge, ReservedName
from newsroom.lib.names import looks, skeleton

NAME_LENGTH = 50  # characters that a comment has for its writer's name
# Before a name they change nothing of whose it is. As skeletons, in which an i is an l.
_ARTICLES = set(map(skeleton, "the a an der die das le la les el los las il lo gli de het den det".split()))  # noqa: SIM905  # words


def signed_in(request: HttpRequest) -> AbstractUser | None:
    session = request.COOKIES.get(settings.SESSION_COOKIE_NAME, "")
    # Nobody's cookie has a NUL byte, on which PostgreSQL would fail.
    if session and "\0" not in session and request.user.is_authenticated:
        return request.user
    return None


def author_of(request: HttpRequest) -> Author | None:
    """As whom a member of staff speaks: the author that administrators have linked to the account."""
    user = signed_in(request)
    return Author.objects.filter(user=user.pk).first() if user and getattr(user, "is_staff", False) else None


def badge_of(author: Author, article: Article) -> Badge:
    return Badge.AUTHOR if article.bylines.filter(author=author).exists() else Badge.NEWSROOM


def objection(name: str, speaker: Author | None) -> str:
    """Why nobody may sign a comment with that name; empty: they may."""
    if speaker is None:
        if _is_reserved(name):
            return _(
                "This name belongs to the newsroom. Please sign with another one. Is it yours? Then log in to the"
                " editors’ desk first, and send this again."
            )
    elif not _wholes(name) & _wholes(speaker.name, speaker.name[:NAME_LENGTH]):
        return _(
            "You are logged in as %(name)s: sign with that name to speak for the paper, or log out to write as a"
            " reader."
        ) % {"name": speaker.name}
    return ""


def _is_reserved(name: str) -> bool:
    words = _with_and_without_articles(*ReservedName.objects.values_list("name", flat=True))
    ours = words | _with_and_without_articles(*import_string(settings.OWN_NAMES)())
    found = set()
    for look in looks(name):
        plain = _without(_ARTICLES, look)
        rest = _without(words, plain)  # “James Carter, Editor” is James Carter
        if plain and not rest:
            return True
        found |= {"".join(look), "".join(plain), "".join(rest)}
    found.discard("")  # of signs alone
    return not found.isdisjoint(ours) or Author.objects.who_look_like(found).exists()


def _with_and_without_articles(*names: str) -> set[str]:
    found = {"".join(one) for name in names for look in looks(name) for one in (look, _without(_ARTICLES, look))}
    return found - {""}


def _without(left_out: set[str], words: list[str]) -> list[str]:
    return [word for word in words if word not in left_out]


def _wholes(*names: str) -> set[str]:
    return {"".join(look) for name in names for look in looks(name)}
