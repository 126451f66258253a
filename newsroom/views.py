import logging
from datetime import UTC, timedelta
from typing import Any

from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.storage import default_storage
from django.db import Error as DatabaseError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import get_language, get_language_bidi
from django.views.decorators.cache import never_cache
from django.views.decorators.common import no_append_slash
from django.views.decorators.http import require_POST, require_safe

from articles.latest import latest
from comments import alerts
from newsroom import follow_ups
from newsroom.lib.addresses import absolute, words_of
from newsroom.lib.caching import kept_under_edition, page_cache
from newsroom.models import Campaign, Notice, NoticeHour, Paper

logger = logging.getLogger(__name__)

# What the application serves itself, with a fixed type each; anything else is a download.
_MEDIA_TYPES = {
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".avif": "image/avif",
}
_DOWNLOADED = {".pdf": "application/pdf"}
_LONGEST_WORD = max(map(len, NoticeHour.Kind.values))


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process answers. Nothing else is asked."""
    return HttpResponse("ok\n", content_type="text/plain")


@never_cache
@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """Database, migrations, cache, the comments' queue and service, what follows publications: each "ok" or what is
    wrong and what to do.

    503 only for what keeps this process from serving pages: a late queue must not take the site from its readers.
    """
    found = {"database": _database(), "migrations": "", "cache": _cache(), "queue": "", "follow-ups": ""}
    if found["database"] == "ok":
        queues = {"queue": _said(alerts.current()), "follow-ups": _said(follow_ups.alerts())}
        found |= {"migrations": _migrations()} | queues
    is_ready = all(found[part] == "ok" for part in ("database", "migrations", "cache"))
    return JsonResponse(found, status=200 if is_ready else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError as error:
        return f"cannot be reached ({type(error).__name__})"
    return "ok"


def _migrations() -> str:
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return f"{len(waiting)} to run: manage.py migrate" if waiting else "ok"


def _cache() -> str:
    try:
        cache.set("readyz", "ok", 10)
        return "ok" if cache.get("readyz") == "ok" else "does not keep what it is given"
    except Exception as error:  # each backend raises its own
        return f"cannot be reached ({type(error).__name__})"


def _said(found: list[alerts.Alert]) -> str:
    return " ".join(f"{alert.text} {alert.advice}" for alert in found) or "ok"


@page_cache
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    lines = ["User-agent: *", "Disallow: /admin/", "Disallow: /comments/receipt/", "Disallow: /comments/letters/"]
    lines += Paper.current().robots_txt.splitlines()
    lines += ["", *(f"Sitemap: {absolute(reverse(name))}" for name in ("sitemap", "sitemap-news")), ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@page_cache
@require_safe
def security_txt(request: HttpRequest) -> HttpResponse:
    """RFC 9116. Its end, at most a year off, moves on by itself as long as the site is there to say so."""
    paper = Paper.current()
    if not paper.security_contact:
        raise Http404("Nobody is named")
    expires = timezone.now().astimezone(UTC).replace(hour=0, minute=0, second=0) + timedelta(days=180)
    lines = [
        f"Contact: {paper.security_contact}",
        f"Expires: {expires:%Y-%m-%dT%H:%M:%SZ}",
        f"Preferred-Languages: {settings.LANGUAGE_CODE}",
        f"Canonical: {absolute(request.path)}",
    ]
    lines += [f"Policy: {paper.security_policy}"] if paper.security_policy else []
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@page_cache
@require_safe
def manifest(request: HttpRequest) -> HttpResponse:
    paper = Paper.current()
    icons = [{"src": paper.icons[side], "sizes": f"{side}x{side}", "type": "image/png"} for side in paper.icons]
    words = {
        "name": paper.name,
        "description": paper.tagline,
        "lang": get_language(),
        "dir": "rtl" if get_language_bidi() else "ltr",
        "start_url": reverse("articles:front"),
        "display": "browser",
        "icons": icons or [{"src": static("newsroom/icon.svg"), "sizes": "any", "type": "image/svg+xml"}],
    }
    return JsonResponse(words, content_type="application/manifest+json")


@page_cache
@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """Pages name their icon; this is for those who ask without reading one."""
    return redirect(Paper.current().icons.get("192") or static("newsroom/icon.svg"))


@page_cache
@require_safe
def ads_txt(request: HttpRequest) -> HttpResponse:
    lines = Paper.current().ads_txt.splitlines()
    if not lines:
        raise Http404("Nobody sells this site's advertising")
    return HttpResponse("\n".join([*lines, ""]), content_type="text/plain; charset=utf-8")


@require_POST
def follow(request: HttpRequest, pk: int) -> HttpResponse:
    """Counts a click on an advertisement and sends the reader on, to the campaign's own address and no other.

    The picture is the button of a form: a GET writes nothing, and robots and link previews, which follow links,
    send no forms. It works without a script, knows nothing of who clicked, and takes no address from anybody.
    Not a redirect, which the policy's form-action would refuse for every address outside. A link's `ping` would be
    less to write, but Firefox does not send it.
    """
    campaign = get_object_or_404(Campaign, id=pk)  # by id: of the two, Django looks only at an id whether it fits
    campaign.count_click()
    response = render(request, "newsroom/leaving.html", {"campaign": campaign})
    response["Refresh"] = f"0; url={iri_to_uri(campaign.address)}"
    response["Cache-Control"] = "private, no-store"
    return response


@no_append_slash
@require_safe
def media(request: HttpRequest, name: str) -> Any:
    """Uploaded files, where no front server does it."""
    try:
        file = default_storage.open(name)
    except (OSError, SuspiciousFileOperation, ValueError):
        raise Http404("No such file") from None
    ending = "." + name.rpartition(".")[2].lower()
    kind = (_MEDIA_TYPES | _DOWNLOADED).get(ending, "application/octet-stream")
    response = FileResponse(file, content_type=kind, as_attachment=ending not in _MEDIA_TYPES)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


@page_cache
@require_safe
def allowing(request: HttpRequest) -> HttpResponse:
    """How to allow this site, blocker by blocker."""
    return render(request, "newsroom/allowing.html", {"notice": Notice.current()})


@never_cache
@require_POST
def notice_count(request: HttpRequest) -> HttpResponse:
    """One word from the notice's script, added to the hour's total. Nothing of who sent it is looked at."""
    word = request.read(_LONGEST_WORD + 1).decode("ascii", "replace")
    if word not in NoticeHour.Kind.values:
        return HttpResponseBadRequest("Not a word of the notice\n", content_type="text/plain")
    is_counting = kept_under_edition("notice-is-counting", lambda: Notice.current().is_counting)
    if is_counting and request.headers.get("Sec-GPC") != "1":
        NoticeHour.objects.add_one(NoticeHour.Kind(word))
    return HttpResponse(status=204)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "400.html", status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    return render(request, "403.html", status=403)


@page_cache
@no_append_slash
def nowhere(request: HttpRequest, address: str) -> HttpResponse:
    """What no other pattern takes."""
    raise Http404("No such address")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    return _lost(request, "404.html", status=404)


def gone(request: HttpRequest, note: str = "") -> HttpResponse:
    """What was public once, and is withdrawn or deleted."""
    return _lost(request, "410.html", status=410, note=note)


def _lost(request: HttpRequest, template: str, *, status: int, note: str = "") -> HttpResponse:
    """A search for the words of the address, and the newest stories: all that can be had without a database, too."""
    words = {"words": words_of(request.path), "note": note}
    try:
        return render(request, template, words | {"latest": latest()}, status=status)
    except DatabaseError as error:
        logger.warning("An error page without the newest stories (%s).", type(error).__name__)
        return HttpResponse(render_to_string(template, words), status=status)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs no database and no template context: it is for when those are broken."""
    return HttpResponse(render_to_string("500.html"), status=500)
