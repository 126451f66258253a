"""What works between this site and Akismet, what does not, and what to do about it, in plain words."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from comments.service import Answer, Client, Kind, ServiceError, Verdict

# Akismet's API pages: the test values that the real service knows. is_test keeps them out of its training.
_TEST: dict[str, Any] = {
    "user_ip": "127.0.0.1",
    "comment_type": "comment",
    "comment_content": "A test by Newsroom's akismet_check.",
    "is_test": True,
}
SPAM = _TEST | {"comment_author": "akismet-guaranteed-spam"}
HAM = _TEST | {"comment_author": "Newsroom", "user_role": "administrator"}

_OVER_LIMIT = {"10501", "10502", "10504", "10508", "10516"}
_WRONG_PLAN = "30001"


@dataclass(frozen=True)
class Finding:
    is_well: bool
    text: str
    advice: str = ""


def diagnose(client: Client | None) -> Iterator[Finding]:
    """Asks the service four times at most, each within AKISMET_TIMEOUT; stops at the first failure."""
    if client is None:
        yield Finding(
            False,
            _("AKISMET_API_KEY is not set: every comment is held until a moderator has read it."),
            _("Get a key at akismet.com, set AKISMET_API_KEY in the environment and restart."),
        )
        return
    try:
        valid, why = client.verify()
        yield _key(valid, why)
        if valid:
            yield from _verdict(client.check(SPAM), {Verdict.SPAM, Verdict.BLATANT}, _("guaranteed spam"))
            yield from _verdict(client.check(HAM), {Verdict.HAM, Verdict.PROVISIONAL}, _("guaranteed ham"))
            yield _usage(client.usage())
    except ServiceError as error:
        yield Finding(False, str(error), _advice(error))


def _key(valid: bool, why: str) -> Finding:
    if valid:
        return Finding(True, _("Akismet accepts the key for %s.") % settings.SITE_URL)
    return Finding(
        False,
        _("Akismet does not accept the key for %(site)s: %(why)s")
        % {"site": settings.SITE_URL, "why": why or _("it gives no reason")},
        _("Compare AKISMET_API_KEY with the key in your account at akismet.com, and SITE_URL with the site."),
    )


def _verdict(answer: Answer, expected: set[Verdict], name: str) -> Iterator[Finding]:
    words = {"name": name, "verdict": answer.verdict.label}
    if answer.verdict in expected:
        yield Finding(True, _("Akismet judges %(name)s rightly: %(verdict)s.") % words)
    else:
        yield Finding(
            False,
            _("Akismet judges %(name)s wrongly: %(verdict)s.") % words,
            _("Is AKISMET_URL the address of Akismet, and not of something that stands in for it?"),
        )
    if answer.alert:
        text = _("Akismet has an alert for the account: %s") % answer.alert
        yield Finding(False, text, _alert_advice(answer.alert))


def _alert_advice(alert: str) -> str:
    code = alert.partition(":")[0]
    if code in _OVER_LIMIT:
        return _("The account is over its plan's limit: choose a bigger plan at akismet.com.")
    if code == _WRONG_PLAN:
        return _("The plan does not fit the site's use: choose another one at akismet.com.")
    return _("Sign in at akismet.com and follow what it says about the account.")


def _usage(usage: dict[str, Any]) -> Finding:
    """Akismet's API pages: usage-limit. The limit is a number or "none"."""
    used, limit = usage.get("usage"), usage.get("limit")
    text = _("%(used)s calls of this month's %(limit)s are used.") % {"used": used, "limit": limit}
    if usage.get("throttled") is True:
        return Finding(False, text, _("Akismet throttles the account: choose a bigger plan at akismet.com."))
    if isinstance(used, int) and isinstance(limit, int) and used >= limit:
        return Finding(False, text, _("The account is over its plan's limit: choose a bigger plan at akismet.com."))
    return Finding(True, text)


def _advice(error: ServiceError) -> str:
    address = {"address": settings.AKISMET_URL}
    match error.kind:
        case Kind.TIMEOUT:
            return (
                _("Is %(address)s slow, or does a firewall swallow the call? AKISMET_TIMEOUT is the limit.") % address
            )
        case Kind.UNREACHABLE:
            return _("Is AKISMET_URL (%(address)s) right, and may this machine call it?") % address
        case Kind.THROTTLED:
            return _wait(error.retry_after)
        case Kind.INVALID_KEY:
            return _("Compare AKISMET_API_KEY with the key in your account at akismet.com.")
        case Kind.REFUSED:
            return _("Sign in at akismet.com: the account or its key may be suspended.")
        case Kind.STATUS if error.retry_after is not None:
            return _wait(error.retry_after)
    return (
        _("Is AKISMET_URL (%(address)s) the address of Akismet? It says https://rest.akismet.com by default.") % address
    )


def _wait(seconds: int | None) -> str:
    if seconds is None:
        return _("Try again later. If it stays so, the account's plan is too small.")
    return _("Try again in %d seconds. If it stays so, the account's plan is too small.") % seconds
