"""Whatever anybody sends: never a 500, and what is answered with 303 is a row in the state that its verdict gives.

Exceptions of a view reach the test through Django's client.
"""

from datetime import datetime, timedelta
from urllib.parse import quote, urlencode

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from comments.forms import ReaderCommentForm
from comments.models import ReaderComment
from comments.standin_answers import judge
from tests.comments.reader import ADA, filled
from tests.factories import make_article, make_comment

pytestmark = pytest.mark.django_db

POST = "/world/peace-talks/comments/"
FORM = "application/x-www-form-urlencoded"
STATES = {"ham": "approved", "spam": "spam", "discard": "blatant"}

some = settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])

any_text = st.text(st.characters(exclude_categories=()), max_size=80)  # lone surrogates and NUL bytes, too
spammy = st.lists(
    st.sampled_from(["casino", "viagra", "http://a.example", "www.b.example", "[url", "Hello,", "\n", "<b>", "…"]),
    max_size=6,
).map(" ".join)
numbers = st.integers(-(2**70), 2**70).map(str)
sent = st.fixed_dictionaries(
    {},
    optional={
        "name": st.one_of(st.text(max_size=60), any_text, spammy),
        "email": st.one_of(st.emails(), any_text),
        "url": st.one_of(
            st.sampled_from(["ada.example", "//x", "http://[", "ftp://a.example", "http://ü.example"]), any_text
        ),
        "comment": st.one_of(st.text(min_size=1), spammy, any_text),
        "reply_to": st.one_of(numbers, any_text),
        "honeypot": any_text,
    },
)
tampered = st.fixed_dictionaries(
    {},
    optional={
        name: st.one_of(numbers, any_text) for name in ("timestamp", "security_hash", "content_type", "object_pk", "x")
    },
)


@pytest.fixture
def article():
    return make_article(slug="peace-talks", at=timezone.now() - timedelta(days=1))


def encoded(fields):
    """As a hostile program would write it: surrogates, too, become bytes."""
    return urlencode(fields, errors="surrogatepass").encode()


def send(client, fields):
    return client.generic("POST", POST, encoded(fields), content_type=FORM)


@some
@given(fields=sent)
@example(fields={"comment": "http://[::1 http://a]b.example www.\u202e.com"})
@example(fields={"comment": "casino viagra http://a.example"})
@example(fields={"comment": "x", "honeypot": "x"})
def test_any_text_is_stored_and_judged_or_refused(client, standin, article, fields):
    ReaderComment.objects.all().delete()  # of the last example: the same again would be a repeat

    response = send(client, filled(article, **fields))

    new = ReaderComment.objects.count()
    assert (response.status_code, new) in {(303, 1), (422, 0)}
    if new:
        comment = ReaderComment.objects.latest("pk")
        expected = STATES[judge(comment.envelope)]
        assert comment.state == ("held" if comment.concern and expected == "approved" else expected)
        assert client.get(response["Location"].partition("#")[0]).status_code == 200


@some
@given(fields=sent, security=tampered)
def test_a_tampered_form_is_stored_nowhere(client, standin, article, fields, security):
    genuine = filled(article)
    forged = any(security.get(name, genuine[name]) != genuine[name] for name in ("timestamp", "security_hash"))

    response = send(client, filled(article, **fields, **security))

    assert response.status_code in ({422} if forged else {303, 422})


@some
@given(fields=st.dictionaries(st.sampled_from([*ADA, "reply_to", "honeypot", "timestamp", "security_hash"]), any_text))
def test_the_form_itself_takes_any_text_and_lets_none_through_that_cannot_be_written(article, fields):
    form = ReaderCommentForm(article, data=filled(article, **fields))

    if form.is_valid():
        assert [value.encode() for value in form.cleaned_data.values() if isinstance(value, str)]


@some
@given(
    body=st.one_of(st.binary(max_size=300), st.dictionaries(st.text(), st.text()).map(encoded)),
    kind=st.one_of(
        st.sampled_from(
            [
                FORM,
                f"{FORM}; charset=utf-16",
                "multipart/form-data; boundary=B",
                "multipart/form-data",
                "multipart/form-data; boundary=B; charset=unicode_escape",
                "application/json",
                "",
            ]
        ),
        st.text(st.characters(codec="latin-1", exclude_characters="\0\r\n"), max_size=40),
    ),
)
@example(
    body=b'--B\r\nContent-Disposition: form-data; name="comment"\r\n\r\n\\ud800', kind="multipart/form-data; boundary=B"
)
def test_any_body_is_answered(client, standin, article, body, kind):
    response = client.generic("POST", POST, body, content_type=kind)

    assert 400 <= response.status_code < 500
    assert not ReaderComment.objects.exists()


@some
@given(
    headers=st.dictionaries(
        st.sampled_from(["User-Agent", "Referer", "X-Forwarded-For", "Cookie", "Accept-Language", "Origin", "Host"]),
        st.text(st.characters(codec="latin-1", exclude_characters="\0\r\n"), max_size=60),
    ),
    connection=st.one_of(st.ip_addresses().map(str), st.sampled_from(["", "fe80::1%eth0", "unix:"])),
)
@example(headers={"Cookie": 'sessionid="abcdefghijk\\000"'}, connection="127.0.0.1")
@example(headers={"X-Forwarded-For": "fe80::1%eth0"}, connection="")
@example(headers={"X-Forwarded-For": ",,, ::1, [::1], 1.2.3.4:80"}, connection="127.0.0.1")
def test_any_headers_are_answered(client, standin, settings, article, headers, connection):
    settings.TRUSTED_PROXIES = ["127.0.0.0/8", "::/0"]

    response = client.post(POST, filled(article), headers=headers, REMOTE_ADDR=connection)

    assert response.status_code in {303, 400, 403}


segment = st.one_of(
    st.binary(max_size=30).map(lambda raw: quote(raw, safe="")),
    st.integers(-(2**70), 2**70).map(str),
    st.integers(1, 6000).map(lambda length: "9" * length),
    st.sampled_from(["peace-talks", "world", "comments", "reply", "receipt", "..", "%00", "%2F", "%ED%A0%80", "1:2:3"]),
)
path = st.one_of(
    segment.map(lambda one: f"{POST}{one}/reply/"),
    segment.map(lambda one: f"/comments/receipt/{one}/"),
    segment.map(lambda one: f"/world/{one}/comments/"),
    segment.map(lambda one: f"/world/{one}/"),
    segment.map(lambda one: f"/{one}/peace-talks/"),
    segment.map(lambda one: f"/authors/{one}/"),
    segment.map(lambda one: f"/{one}/"),
    st.sampled_from(["/", "/world/", "/authors/james-carter/", "/world/peace-talks/", POST, f"{POST}1/reply/"]),
)
moments = st.datetimes(
    datetime(2, 1, 1),
    datetime(9998, 1, 1),
    timezones=st.sampled_from([timezone.get_fixed_timezone(minutes) for minutes in (-840, 0, 840)]),
)
query = st.one_of(
    st.just(""),
    st.text(st.characters(min_codepoint=33, max_codepoint=255), max_size=60),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8), max_size=4).map(urlencode),
    st.tuples(moments, st.integers(-5, 2**70)).map(lambda key: urlencode({"before": f"{key[0].isoformat()}_{key[1]}"})),
)


@settings(some, max_examples=200)
@given(path=path, query=query, method=st.sampled_from(["GET", "HEAD", "POST"]))
@example(path=f"{POST}{2**31}/reply/", query="", method="GET")
@example(path=f"{POST}{2**63}/reply/", query="", method="GET")
def test_any_address_is_answered(client, standin, article, path, query, method):
    make_comment(article)

    response = client.generic(method, path, QUERY_STRING=query)

    assert response.status_code < 500
    assert not response.cookies


@pytest.mark.parametrize("before", ["0001-01-01T00:00:00+14:00_1", "9999-12-31T23:59:59-14:00_1"])
def test_a_page_key_at_the_end_of_time_is_answered(client, article, before):
    assert client.get("/world/", {"before": before}).status_code < 500
