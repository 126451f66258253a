"""What the stand-in says, as Akismet's API pages describe it, and what its switches make of that.

The service judges by more than anybody knows; the stand-in by a few plain rules, so that the demo feels real:
spam is what has three links, a spammer's word (SPAMMY), a name that is an address, or a filled honeypot; two
spammer's words and a link are blatant.
"""

import json
import re
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from http import HTTPStatus

from django.utils import timezone

MODES = {
    "ok": "answers as the protocol says",
    "ham": "calls every comment ham",
    "spam": "calls every comment spam",
    "discard": "calls every comment blatant spam",
    "recheck-after": "calls every comment ham for now; value: seconds, 120",
    "alert": "adds an alert about the account; value: code and message",
    "error": "adds X-akismet-error; value: its text",
    "invalid": "calls every call invalid; value: the debug help",
    "header": "adds one header as it is written in value, such as X-AKISMET-PRO-TIP: discard",
    "status": "answers with a status; value: number, then what Retry-After (or Location for 3xx) says",
    "nonsense": "answers with another body; value: that body",
    "huge": "answers with a big body; value: bytes, ten million",
    "slow": "answers late; value: seconds, 1",
    "drip": "answers byte by byte; value: seconds between two, 1",
    "hang": "does not answer; value: seconds until it hangs up, an hour",
    "cut": "hangs up; value: after how many bytes of the answer, 0",
}

Fields = dict[str, str | list[str]]

_THANKS = "Thanks for making the web a better place."
_LIMIT = 350_000  # calls a month
SPAMMY = (
    "viagra", "cialis", "casino", "payday loan", "cheap replica", "seo service", "crypto giveaway",
    "betting bonus", "work from home", "click here", "weight loss", "forex signals",
)  # fmt: skip
_LINK = re.compile(r"https?://|www\.|\[url|<a\s", re.IGNORECASE)
_GUARANTEED_NAMES = {"akismet-guaranteed-spam", "viagra-test-123"}
_GUARANTEED_EMAIL = "akismet-guaranteed-spam@example.com"


@dataclass(frozen=True)
class Reply:
    status: int
    body: str
    headers: dict[str, str] = field(default_factory=dict)
    content_type: str = "text/plain; charset=utf-8"

    def raw(self) -> bytes:
        body = self.body.encode()
        lines = [
            f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}",
            f"Content-Type: {self.content_type}",
            f"Content-Length: {len(body)}",
            "Connection: close",
            *(f"{name}: {value}" for name, value in self.headers.items()),
        ]
        return "\r\n".join([*lines, "", ""]).encode("latin-1", "replace") + body

    def adding(self, **headers: str) -> "Reply":
        """Header names with _ for -, since that is what Python can write."""
        added = {f"X-akismet-{name.replace('_', '-')}": value for name, value in headers.items()}
        return replace(self, headers={**self.headers, **added})


def answer(method: str, path: str, fields: Fields, number: int, keys: Collection[str] | None) -> Reply:
    """The answer of a service that is well. keys: those that are valid; None: all but "invalid-key"."""
    problem = _problem(path, fields, keys)
    match method, path:
        case "POST", "/1.1/verify-key":
            return _invalid(problem) if problem else Reply(200, "valid")
        case "POST", "/1.1/comment-check":
            return _invalid(problem) if problem else _checked(fields, number)
        case "POST", "/1.1/submit-spam" | "/1.1/submit-ham":
            return _invalid(problem) if problem else Reply(200, _THANKS)
        case "POST" | "GET", "/1.2/key-sites":
            return _invalid(problem) if problem else _key_sites(fields, number)
        case "POST" | "GET", "/1.2/usage-limit":
            return _invalid(problem) if problem else _usage(number)
    return Reply(404, "Not Found")


def altered(reply: Reply, mode: str, value: str, path: str) -> Reply:
    """What a switch makes of an answer. The modes that break the connection leave it as it is."""
    if mode in {"ham", "spam", "discard", "recheck-after"}:
        is_verdict = path.endswith("/comment-check") and reply.body != "invalid"
        return _judged(reply, mode, value) if is_verdict else reply
    match mode:
        case "alert":
            code, _, words = (value or "10501 Your site is over the limit of its plan").partition(" ")
            return reply.adding(alert_code=code, alert_msg=words)
        case "error":
            return reply.adding(error=value or "This key is suspended")
        case "invalid":
            return _invalid(value or "The stand-in was told to say so")
        case "header":
            name, _, content = value.partition(":")
            return replace(reply, headers={**reply.headers, name: content.strip()})
        case "status":
            return _failed(value or "500")
        case "nonsense":
            return replace(reply, body=value or "maybe")
        case "huge":
            return replace(reply, body="x" * int(value or 10_000_000))
    return reply


def judge(fields: Fields) -> str:
    """ham, spam or discard, for one comment."""
    author = str(fields.get("comment_author", "")).lower()
    if author in _GUARANTEED_NAMES or fields.get("comment_author_email") == _GUARANTEED_EMAIL:
        return "spam"
    if fields.get("user_role") == "administrator":
        return "ham"
    content = f"{author}\n{fields.get('comment_content', '')}".lower()
    words = sum(word in content for word in SPAMMY)
    links = len(_LINK.findall(content))
    if words >= 2 and links:
        return "discard"
    honeypot = fields.get(str(fields.get("honeypot_field_name", "")))
    return "spam" if words or links >= 3 or _LINK.search(author) or honeypot else "ham"


def _problem(path: str, fields: Fields, keys: Collection[str] | None) -> str:
    """What is wrong with a call, in words for X-akismet-debug-help."""
    key = str(fields.get("api_key") or fields.get("key") or "")
    if not key:
        return 'Empty "api_key" value'
    if key == "invalid-key" if keys is None else key not in keys:
        return "This is not a valid API key"
    for name in _required(path):
        if not fields.get(name):
            return f'Empty "{name}" value'
    return ""


def _required(path: str) -> tuple[str, ...]:
    if path.startswith("/1.2/"):
        return ()
    return ("blog",) if path.endswith("/verify-key") else ("blog", "user_ip")


def _invalid(why: str) -> Reply:
    return Reply(200, "invalid").adding(debug_help=why)


def _checked(fields: Fields, number: int) -> Reply:
    guid = f"{number:032x}"  # the real ones are random; these can be compared
    return _judged(Reply(200, "").adding(guid=guid), judge(fields))


def _judged(reply: Reply, verdict: str, value: str = "") -> Reply:
    guid = {name: text for name, text in reply.headers.items() if name == "X-akismet-guid"}
    reply = replace(reply, body="false" if verdict in {"ham", "recheck-after"} else "true", headers=guid)
    if verdict == "discard":
        return reply.adding(pro_tip="discard")
    return reply.adding(recheck_after=value or "120") if verdict == "recheck-after" else reply


def _failed(value: str) -> Reply:
    code, _, words = value.partition(" ")
    status = HTTPStatus(int(code))
    name = "Location" if 300 <= status < 400 else "Retry-After"
    return Reply(status, status.phrase, {name: words} if words else {})


def _usage(number: int) -> Reply:
    usage = {
        "limit": _LIMIT,
        "usage": number,
        "percentage": f"{100 * number / _LIMIT:.2f}",
        "throttled": False,
    }
    return Reply(200, json.dumps(usage), {}, "application/json")


def _key_sites(fields: Fields, number: int) -> Reply:
    """One site, all numbers as text. Its month is the one asked for; order and format are not looked at."""
    month = str(fields.get("month") or f"{timezone.now():%Y-%m}")
    counts = ("spam", "ham", "missed_spam", "false_positives")
    site = {
        "site": "http://127.0.0.1",
        "api_calls": str(number),
        **dict.fromkeys(counts, "0"),
        "is_revoked": False,
    }
    sites = {month: [site], "limit": 500, "offset": 0, "total": 1}
    return Reply(200, json.dumps(sites), {}, "application/json")
