"""The Akismet service as the rest of the house sees it: one question, one answer or one ServiceError.

The akismet package is the client. What it cannot do is here: the protocol's fields that it refuses, the
answer's headers that it hides, errors that show no API key. Source: Akismet's API pages
(akismet.com/developers).
"""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from functools import lru_cache
from importlib import metadata
from typing import Any, TypeVar

import akismet
import httpcore
import httpx
from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.transport import AnswerTooLongError, WholeCallTransport

_ANSWER_BYTES = 64 * 1024  # a verdict has five; only key-sites is longer, and nobody asks for it here
_LONGEST_WAIT = 24 * 3600  # seconds: a service that asks for more is asked again after a day
_WORDS = 200  # characters of the service's own words that are kept

T = TypeVar("T")


class Verdict(models.TextChoices):
    HAM = "ham", gettext_lazy("not spam")
    SPAM = "spam", gettext_lazy("spam")
    BLATANT = "blatant", gettext_lazy("blatant spam")
    PROVISIONAL = "provisional", gettext_lazy("not spam, to be asked again")


class Kind(models.TextChoices):
    """What went wrong with a call."""

    TIMEOUT = "timeout", gettext_lazy("no answer in time")
    UNREACHABLE = "unreachable", gettext_lazy("not reachable")
    STATUS = "status", gettext_lazy("an HTTP error")
    THROTTLED = "throttled", gettext_lazy("too many calls")
    INVALID_KEY = "invalid key", gettext_lazy("key or call not accepted")
    REFUSED = "refused", gettext_lazy("refused with a reason")
    NONSENSE = "nonsense", gettext_lazy("not an answer of Akismet's")
    UNSENDABLE = "unsendable", gettext_lazy("the call could not be written down")


@dataclass(frozen=True)
class Answer:
    verdict: Verdict
    guid: str = ""
    recheck_after: int | None = None  # seconds
    alert: str = ""  # "code: message", a problem with the account


class ServiceError(Exception):
    """The service did not answer as the protocol says. Its text is safe to log and to show to staff."""

    def __init__(self, kind: Kind, text: str, retry_after: int | None = None) -> None:
        super().__init__(text)
        self.kind = kind
        self.retry_after = retry_after  # seconds


def connect() -> "Client | None":
    """The process's client, or None if no key is set. Makes no call."""
    if not settings.AKISMET_API_KEY:
        return None
    return _client(settings.AKISMET_API_KEY, settings.SITE_URL, settings.AKISMET_URL, float(settings.AKISMET_TIMEOUT))


@lru_cache(maxsize=1)  # other settings, another client; it keeps no connection that would have to be closed
def _client(key: str, site: str, address: str, timeout: float) -> "Client":
    return Client(key, site, address, timeout)


class Client:
    """Every failure of any call is a ServiceError. Safe to share between threads and across a fork."""

    def __init__(self, key: str, site: str, address: str, timeout: float) -> None:
        self._config = akismet.Config(key=key, url=site)
        self._address = address.rstrip("/")
        self._timeout = timeout
        self._transport = WholeCallTransport(timeout, _ANSWER_BYTES)
        self._user_agent = f"Newsroom/{_version()} | Akismet-Python/{metadata.version('akismet')}"

    def check(self, envelope: Mapping[str, Any]) -> Answer:
        """Akismet's API pages: comment-check. The envelope's keys are the protocol's own names."""
        judged, headers = self._call(lambda package: package.comment_check(_ip(envelope)), envelope)
        verdict = _verdict(judged, headers)
        return Answer(
            verdict=verdict,
            guid=self._plain(headers.get("x-akismet-guid", "")),
            recheck_after=_recheck_after(headers) if verdict == Verdict.PROVISIONAL else None,
            alert=self._alert(headers),
        )

    def submit_spam(self, envelope: Mapping[str, Any], **feedback: str) -> None:
        """Akismet's API pages: submit-spam. The first check's envelope again; feedback: reporter and such."""
        self._call(lambda package: package.submit_spam(_ip(envelope)), {**envelope, **feedback})

    def submit_ham(self, envelope: Mapping[str, Any], **feedback: str) -> None:
        """Akismet's API pages: submit-ham."""
        self._call(lambda package: package.submit_ham(_ip(envelope)), {**envelope, **feedback})

    def usage(self) -> dict[str, Any]:
        """Akismet's API pages: usage-limit. The month's limit (or "none"), usage, percentage, throttled."""
        usage, _headers = self._call(lambda package: package.usage_limit(), {})
        if not isinstance(usage, dict):
            raise _nonsense()
        return usage

    def verify(self) -> tuple[bool, str]:
        """Akismet's API pages: verify-key. Whether the key is valid, and the service's help if it is not."""
        valid, headers = self._call(lambda package: package.verify_key(), {})
        return valid, self._plain(headers.get("x-akismet-debug-help", ""))

    def _call(self, work: Callable[[akismet.SyncClient], T], fields: Mapping[str, Any]) -> tuple[T, httpx.Headers]:
        """`from None`: the package's and httpx's own errors print the key or the address that contains it."""
        http = _Exchange(self._address, _form(fields), self._transport, self._user_agent)
        try:
            result = work(akismet.SyncClient(self._config, http))
        except akismet.AkismetError as error:
            raise self._failure(error, http.answer) from None
        except (ValueError, RecursionError):  # usage-limit with JSON that is none
            raise self._refusal(http.headers_of_answer) or _nonsense() from None
        if refusal := self._refusal(http.headers_of_answer):
            raise refusal
        return result, http.headers_of_answer

    def _failure(self, error: akismet.AkismetError, answer: httpx.Response | None) -> ServiceError:
        if answer is None:
            return self._unanswered(error.__cause__)
        if refusal := self._refusal(answer.headers):
            return refusal
        if isinstance(error, akismet.APIKeyError):
            advice = self._plain(answer.headers.get("x-akismet-debug-help", ""))
            return ServiceError(Kind.INVALID_KEY, _("Akismet calls the key or the call invalid: %s") % (advice or "–"))
        return _nonsense() if answer.is_success else _bad_status(answer)

    def _refusal(self, headers: httpx.Headers) -> ServiceError | None:
        """X-akismet-error: an error that the service foresaw, such as a suspended key."""
        words = self._plain(headers.get("x-akismet-error", ""))
        return ServiceError(Kind.REFUSED, _("Akismet refuses: %s") % words) if words else None

    def _unanswered(self, cause: BaseException | None) -> ServiceError:
        if isinstance(cause, httpcore.TimeoutException):
            text = _("Akismet did not answer within %s seconds.") % f"{self._timeout:g}"
            return ServiceError(Kind.TIMEOUT, text)
        if isinstance(cause, AnswerTooLongError):
            return _nonsense()
        if isinstance(cause, UnicodeEncodeError):
            return ServiceError(Kind.UNSENDABLE, _("The comment has characters that cannot be sent."))
        # httpcore's words are the system's ("Connection refused"); others may quote what was sent
        words = self._plain(str(cause)) if type(cause).__module__.startswith("httpcore") else type(cause).__name__
        return ServiceError(Kind.UNREACHABLE, _("Akismet cannot be reached: %s") % words)

    def _alert(self, headers: httpx.Headers) -> str:
        code, message = headers.get("x-akismet-alert-code", ""), headers.get("x-akismet-alert-msg", "")
        return self._plain(": ".join(part for part in (code, message) if part))

    def _plain(self, words: str) -> str:
        """The service's own words on one line, not too many of them, and never the key."""
        return " ".join(words.replace(self._config.key, "…").split())[:_WORDS]


class _Exchange(httpx.Client):
    """One call of the package's: sent where the settings say, with every field, its answer kept at hand.

    Always a POST: the package would put the key for usage-limit into the address, and thereby into logs.
    """

    def __init__(
        self, address: str, fields: Mapping[str, Any], transport: httpx.BaseTransport, user_agent: str
    ) -> None:
        headers = {"User-Agent": user_agent, "Accept-Encoding": "identity", "Connection": "close"}
        super().__init__(transport=transport, headers=headers, trust_env=False, follow_redirects=False)
        self._service_address = address
        self._fields = fields
        self.answer: httpx.Response | None = None

    @property
    def headers_of_answer(self) -> httpx.Headers:
        return self.answer.headers if self.answer else httpx.Headers()

    def build_request(self, method: str, url: httpx.URL | str, **kwargs: Any) -> httpx.Request:
        own = kwargs.get("data") or kwargs.get("params") or {}
        address = self._service_address + httpx.URL(url).path
        return super().build_request("POST", address, data={**self._fields, **own})

    def send(self, request: httpx.Request, **kwargs: Any) -> httpx.Response:
        self.answer = super().send(request, **kwargs)
        return self.answer


def _ip(envelope: Mapping[str, Any]) -> str:
    return str(envelope.get("user_ip", ""))  # without one the service calls the check invalid, and says why


def _verdict(judged: akismet.CheckResponse, headers: httpx.Headers) -> Verdict:
    """discard counts only for spam, recheck-after only for ham."""
    if judged == akismet.CheckResponse.HAM:
        return Verdict.PROVISIONAL if _recheck_after(headers) else Verdict.HAM
    blatant = headers.get("x-akismet-pro-tip", "").strip().lower() == "discard"
    return Verdict.BLATANT if blatant else Verdict.SPAM


def _recheck_after(headers: httpx.Headers) -> int | None:
    return _seconds(headers.get("x-akismet-recheck-after", "")) or None


def _form(fields: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """The protocol's way of writing: 1 for true, nothing for false, name[] for each of several."""
    form: dict[str, str | list[str]] = {}
    for name, value in fields.items():
        if value is None or value is False:
            continue
        if isinstance(value, list | tuple):
            form[name if name.endswith("[]") else f"{name}[]"] = [str(one) for one in value]
        else:
            form[name] = "1" if value is True else str(value)
    return form


def _bad_status(answer: httpx.Response) -> ServiceError:
    retry_after = _retry_after(answer.headers.get("retry-after", ""))
    if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
        return ServiceError(Kind.THROTTLED, _("Akismet gets too many calls (429)."), retry_after)
    return ServiceError(Kind.STATUS, _("Akismet answered with status %d.") % answer.status_code, retry_after)


def _nonsense() -> ServiceError:
    return ServiceError(Kind.NONSENSE, _("What answered is not what Akismet would say."))


def _seconds(text: str) -> int | None:
    """A whole number of seconds, a day at most; None for anything else."""
    text = text.strip()
    if text.isascii() and text.isdecimal() and len(text) < 20:
        return min(int(text), _LONGEST_WAIT)
    return None


def _retry_after(text: str) -> int | None:
    """RFC 9110: seconds or an HTTP date."""
    if (seconds := _seconds(text)) is not None:
        return seconds
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0, min(int((moment - timezone.now()).total_seconds()), _LONGEST_WAIT))


def _version() -> str:
    project = settings.BASE_DIR / "pyproject.toml"
    try:
        return str(tomllib.loads(project.read_text())["project"]["version"])
    except FileNotFoundError:  # installed without it: no reason to leave comments unchecked
        return "unknown"
