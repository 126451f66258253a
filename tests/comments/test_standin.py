import json
import threading
import time

import httpx
import pytest

from comments.standin import StandIn

COMMENT = {
    "api_key": "k",
    "blog": "http://testserver",
    "user_ip": "203.0.113.9",
    "comment_content": "A fine article.",
}
GUID = ("x-akismet-guid", "00000000000000000000000000000001")


@pytest.fixture
def http(standin):
    # no certificates to read: that takes longer than the test
    with httpx.Client(base_url=standin.url, trust_env=False, timeout=10, verify=False) as client:
        yield client


def said(response):
    """Status, body and Akismet's own headers."""
    own = [(name, text) for name, text in response.headers.items() if name.startswith("x-akismet")]
    return response.status_code, response.text, own


def check(http, **fields):
    return said(http.post("/1.1/comment-check", data=COMMENT | fields))


def flick(http, **fields):
    return said(http.post("/standin/switch", data=fields))[:2]


# --- the protocol -------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["key", "api_key"])
def test_verify_key_takes_either_name(http, name):
    response = http.post("/1.1/verify-key", data={name: "k", "blog": "http://testserver"})

    assert said(response) == (200, "valid", [])


def test_invalid_key_is_invalid(http):
    response = http.post("/1.1/verify-key", data={"key": "invalid-key", "blog": "http://testserver"})

    assert said(response) == (200, "invalid", [("x-akismet-debug-help", "This is not a valid API key")])


def test_only_configured_keys_are_valid():
    with StandIn(keys=frozenset({"ours"})) as standin:
        answers = [
            httpx.post(
                f"{standin.url}/1.1/verify-key", data={"key": key, "blog": "b"}, trust_env=False, verify=False
            ).text
            for key in ("ours", "theirs")
        ]

    assert answers == ["valid", "invalid"]


@pytest.mark.parametrize("missing", ["api_key", "blog", "user_ip"])
@pytest.mark.parametrize("path", ["/1.1/comment-check", "/1.1/submit-spam", "/1.1/submit-ham"])
def test_a_call_without_a_required_field_is_invalid(http, path, missing):
    response = http.post(path, data={name: text for name, text in COMMENT.items() if name != missing})

    assert said(response) == (200, "invalid", [("x-akismet-debug-help", f'Empty "{missing}" value')])


@pytest.mark.parametrize(
    ("fields", "verdict"),
    [
        ({}, "false"),
        ({"comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_author": "viagra-test-123"}, "true"),
        ({"comment_author_email": "akismet-guaranteed-spam@example.com"}, "true"),
        ({"user_role": "administrator", "comment_content": "casino viagra http://a"}, "false"),
        ({"user_role": "administrator", "comment_author": "akismet-guaranteed-spam"}, "true"),
        ({"comment_content": "http://a http://b"}, "false"),
        ({"comment_content": "http://a http://b http://c"}, "true"),
        ({"comment_content": "The best casino in town"}, "true"),
        ({"comment_author": "www.buy.example"}, "true"),
        ({"honeypot_field_name": "trap", "trap": ""}, "false"),
        ({"honeypot_field_name": "trap", "trap": "filled"}, "true"),
    ],
)
def test_comment_check_judges_by_plain_rules(http, fields, verdict):
    assert check(http, **fields) == (200, verdict, [GUID])


def test_two_spammy_words_and_a_link_are_blatant(http):
    told = check(http, comment_content="Casino! Viagra! http://a")

    assert told == (200, "true", [GUID, ("x-akismet-pro-tip", "discard")])


@pytest.mark.parametrize("name", ["submit-spam", "submit-ham"])
def test_feedback_is_thanked_for(http, name):
    assert said(http.post(f"/1.1/{name}", data=COMMENT)) == (
        200,
        "Thanks for making the web a better place.",
        [],
    )


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_usage_limit_counts_the_calls(http, method):
    check(http)

    place = "params" if method == "GET" else "data"
    response = http.request(method, "/1.2/usage-limit", **{place: {"api_key": "k"}})

    assert response.json() == {"limit": 350000, "usage": 2, "percentage": "0.00", "throttled": False}


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_key_sites_lists_a_month(http, method):
    place = "params" if method == "GET" else "data"
    response = http.request(method, "/1.2/key-sites", **{place: {"api_key": "k", "month": "2026-01"}})

    counts = {"api_calls": "1", "spam": "0", "ham": "0", "missed_spam": "0", "false_positives": "0"}
    assert response.json() == {
        "2026-01": [{"site": "http://127.0.0.1", **counts, "is_revoked": False}],
        "limit": 500,
        "offset": 0,
        "total": 1,
    }


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("GET", "/1.1/comment-check"), ("POST", "/1.3/x")])
def test_any_other_address_is_not_found(http, method, path):
    assert http.request(method, path, data=COMMENT if method == "POST" else None).status_code == 404


# --- switches -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mode", "value", "told"),
    [
        ("ham", "", (200, "false", [GUID])),
        ("spam", "", (200, "true", [GUID])),
        ("discard", "", (200, "true", [GUID, ("x-akismet-pro-tip", "discard")])),
        ("recheck-after", "60", (200, "false", [GUID, ("x-akismet-recheck-after", "60")])),
        (
            "alert",
            "30001 Wrong plan",
            (200, "false", [GUID, ("x-akismet-alert-code", "30001"), ("x-akismet-alert-msg", "Wrong plan")]),
        ),
        ("error", "Suspended", (200, "false", [GUID, ("x-akismet-error", "Suspended")])),
        ("invalid", "No", (200, "invalid", [("x-akismet-debug-help", "No")])),
        ("nonsense", "", (200, "maybe", [GUID])),
        ("status", "503 60", (503, "Service Unavailable", [])),
        ("slow", "0.05", (200, "false", [GUID])),
        ("drip", "0.0001", (200, "false", [GUID])),
        ("huge", "70000", (200, "x" * 70000, [GUID])),
    ],
)
def test_a_switch_changes_the_answer(http, mode, value, told):
    assert flick(http, mode=mode, value=value) == (200, "switched")

    assert check(http) == told


def test_a_switch_does_not_make_a_wrong_call_right(http, standin):
    standin.switch(mode="spam")

    assert check(http, api_key="invalid-key")[1] == "invalid"


@pytest.mark.parametrize("value", ["", "25"])
def test_cut_hangs_up(http, standin, value):
    standin.switch(mode="cut", value=value)

    with pytest.raises(httpx.RemoteProtocolError):
        check(http)


def test_a_switch_may_last_for_some_calls(http):
    flick(http, mode="spam", times="2")

    assert [check(http)[1] for _ in range(3)] == ["true", "true", "false"]


def test_a_switch_may_concern_one_call_only(http):
    flick(http, mode="status", value="500", only="submit-ham", times="1")

    assert (check(http)[0], http.post("/1.1/submit-ham", data=COMMENT).status_code) == (200, 500)


@pytest.mark.parametrize(
    "fields",
    [
        {"mode": "unheard-of"},
        {"mode": "status", "value": "many"},
        {"mode": "status", "value": "999"},
        {"mode": "slow", "value": "very"},
        {"mode": "cut", "value": "1.5"},
        {"mode": "header", "value": "none"},
        {"mode": "ok", "times": "few"},
    ],
)
def test_a_wrong_switch_is_refused(http, fields):
    assert flick(http, **fields)[0] == 400
    assert check(http) == (200, "false", [GUID])


def test_switching_back_lets_go_what_hangs(http, standin):
    standin.switch(mode="hang")
    ended = threading.Event()

    def hang():
        with pytest.raises(httpx.RemoteProtocolError):
            httpx.post(f"{standin.url}/1.1/comment-check", data=COMMENT, trust_env=False, timeout=30, verify=False)
        ended.set()

    caller = threading.Thread(target=hang)
    caller.start()
    while not standin.calls:
        time.sleep(0.01)
    standin.reset()
    caller.join(timeout=20)

    assert (ended.is_set(), check(http)) == (True, (200, "false", [GUID]))


# --- the log ------------------------------------------------------------------------------------


def test_the_log_tells_each_call_in_full(http):
    http.post(
        "/1.1/comment-check",
        data=COMMENT | {"comment_context[]": ["a", "b"], "comment_author": ""},
        headers={"User-Agent": "Newsroom/1"},
    )

    (call,) = http.get("/standin/log").json()
    assert call.pop("headers")["User-Agent"] == "Newsroom/1"
    assert call == {
        "path": "/1.1/comment-check",
        "fields": COMMENT | {"comment_context[]": ["a", "b"], "comment_author": ""},
        "mode": "ok",
        "status": 200,
        "answer": "false",
    }


def test_the_log_is_bounded(http, standin):
    standin.switch(mode="huge", value="5000")
    for _ in range(510):
        check(http)

    assert [(len(standin.calls)), len(standin.calls[0].answer)] == [500, 200]


def test_a_call_that_is_too_long_is_refused(http):
    assert check(http, comment_content="x" * 300_000)[0] == 413


def test_reset_forgets_everything(http, standin):
    standin.switch(mode="spam")
    check(http)

    http.post("/standin/reset")

    assert (standin.calls, check(http)) == ([], (200, "false", [GUID]))


# --- the server ---------------------------------------------------------------------------------


@pytest.mark.parametrize("host", ["0.0.0.0", "192.0.2.1", "localhost", ""])
def test_it_listens_on_this_machine_only(host):
    with pytest.raises(ValueError):
        StandIn(host=host)


def test_it_stops_quickly_while_calls_hang(standin):
    standin.switch(mode="hang")
    broken = []

    def hang():
        with pytest.raises(httpx.TransportError) as caught:
            httpx.post(f"{standin.url}/1.1/comment-check", data=COMMENT, trust_env=False, timeout=60, verify=False)
        broken.append(caught.value)

    callers = [threading.Thread(target=hang) for _ in range(5)]
    for caller in callers:
        caller.start()
    while len(standin.calls) < 5:
        time.sleep(0.01)
    started = time.perf_counter()
    standin.stop()
    for caller in callers:
        caller.join(timeout=20)

    assert (len(broken), time.perf_counter() - started < 10) == (5, True)


def test_it_starts_again_on_the_same_port(http, standin):
    before = standin.url
    check(http)
    standin.stop()
    standin.start()

    assert (standin.url, check(http)[1], len(standin.calls)) == (before, "false", 2)


def test_what_the_log_says_is_json(http):
    assert json.loads(http.get("/standin/log").text) == []
