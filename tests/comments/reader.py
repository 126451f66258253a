"""A reader: fills in the comment form that a page carries, and sends it."""

from html.parser import HTMLParser
from typing import Any, NamedTuple

from comments.forms import ReaderCommentForm
from comments.models import ReaderComment

ADA = {"name": "Ada Reader", "email": "ada@readers.example", "url": "", "comment": "A fine article."}


class Form(NamedTuple):
    action: str
    fields: dict[str, str]
    errors: dict[str, str]  # beside their fields; "" for those on top


class _Reading(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.action, self.fields, self.errors = "", {}, {}
        self._is_in_form = False
        self._filling: tuple[dict[str, str], str] | None = None

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "form" and known.get("class") == "comment-form":
            self._is_in_form, self.action = True, known["action"]
        if not self._is_in_form:
            return
        if tag in {"input", "textarea"} and known.get("type") != "checkbox":  # a browser sends ticked ones only
            self.fields[known["name"]] = known.get("value", "")
        if tag == "textarea":
            self._filling = self.fields, known["name"]
        if known.get("class") == "field-error":
            self._filling = self.errors, known["id"].removeprefix("id_").removesuffix("_error")
        if known.get("class") == "form-errors":
            self._filling = self.errors, ""

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._is_in_form = False
        if tag in {"textarea", "p"}:
            self._filling = None

    def handle_data(self, text: str) -> None:
        if self._filling:
            into, name = self._filling
            into[name] = f"{into.get(name, '')}{text}".strip()


def form_on(response: Any) -> Form:
    reading = _Reading()
    reading.feed(response.content.decode())
    reading.close()
    return Form(reading.action, reading.fields, reading.errors)


def write(client: Any, article: Any, *, to: ReaderComment | None = None, headers: Any = None, **fields: str) -> Any:
    """Fetch the page, fill in its form as Ada does unless fields say otherwise, send it."""
    page = article.get_absolute_url()
    form = form_on(client.get(f"{page}comments/{to.pk}/reply/" if to else page))
    return client.post(form.action, form.fields | ADA | fields, headers=headers)


def filled(article: Any, **fields: str) -> dict[str, str]:
    """What a filled form sends, without fetching the page."""
    return {**ReaderCommentForm(article).generate_security_data(), "reply_to": "0", "honeypot": "", **ADA, **fields}


def stored() -> list[tuple[str, ...]]:
    """Text, state, verdict and concern of every comment, oldest first."""
    return list(ReaderComment.objects.order_by("pk").values_list("comment", "state", "verdict", "concern"))
