import socket
import threading
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from comments import service
from comments.service import Answer, Kind, ServiceError, Verdict
from comments.standin_answers import answer

ENVELOPE = {"user_ip": "203.0.113.9", "comment_author": "Ada", "comment_content": "A fine article."}
SPAM = ENVELOPE | {"comment_author": "akismet-guaranteed-spam"}
FIRST = "00000000000000000000000000000001"
HOURS = "3600"  # seconds that a hanging stand-in would hang


def failure(call, *args, **kwargs):
    with pytest.raises(ServiceError) as caught:
        call(*args, **kwargs)
    return caught.value


def seconds_of(call):
    started = time.perf_counter()
    call()
    return time.perf_counter() - started


def facts(error):
    return error.kind, str(error), error.retry_after


NONSENSE = (Kind.NONSENSE, "What answered is not what Akismet would say.", None)


# --- verdicts -----------------------------------------------------------------------------------


def test_ham_is_ham(standin):
    assert service.connect().check(ENVELOPE) == Answer(Verdict.HAM, guid=FIRST)


def test_spam_is_spam(standin):
    assert service.connect().check(SPAM) == Answer(Verdict.SPAM, guid=FIRST)


def test_discard_is_blatant(standin):
    standin.switch(mode="discard")

    assert service.connect().check(ENVELOPE) == Answer(Verdict.BLATANT, guid=FIRST)


def test_recheck_after_is_provisional(standin):
    standin.switch(mode="recheck-after", value="90")

    assert service.connect().check(ENVELOPE) == Answer(Verdict.PROVISIONAL, guid=FIRST, recheck_after=90)


@pytest.mark.parametrize("value", ["soon", "-5", "0", "1.5", "", "٣", "9" * 30])
def test_malformed_recheck_after_is_ignored(standin, value):
    standin.switch(mode="header", value=f"X-akismet-recheck-after: {value}")

    assert service.connect().check(ENVELOPE) == Answer(Verdict.HAM, guid=FIRST)


def test_recheck_after_is_a_day_at_most(standin):
    standin.switch(mode="recheck-after", value="99999999")

    assert service.connect().check(ENVELOPE).recheck_after == 24 * 3600


def test_discard_counts_only_for_spam(standin):
    standin.switch(mode="header", value="X-akismet-pro-tip: discard")

    assert service.connect().check(ENVELOPE) == Answer(Verdict.HAM, guid=FIRST)


def test_recheck_after_counts_only_for_ham(standin):
    standin.switch(mode="header", value="X-akismet-recheck-after: 120")

    assert service.connect().check(SPAM) == Answer(Verdict.SPAM, guid=FIRST)


@pytest.mark.parametrize("header", ["X-AKISMET-PRO-TIP: discard", "x-akismet-pro-tip: Discard "])
def test_case_of_headers_does_not_matter(standin, header):
    standin.switch(mode="header", value=header)

    assert service.connect().check(SPAM) == Answer(Verdict.BLATANT, guid=FIRST)


def test_alert_comes_with_the_verdict(standin):
    standin.switch(mode="alert", value="10502 Over your limit")

    assert service.connect().check(ENVELOPE) == Answer(Verdict.HAM, guid=FIRST, alert="10502: Over your limit")


def test_newline_after_the_verdict_is_forgiven(standin):
    standin.switch(mode="nonsense", value="true\r\n")

    assert service.connect().check(ENVELOPE).verdict == Verdict.SPAM


# --- what is sent -------------------------------------------------------------------------------


def test_every_field_of_the_protocol_is_sent(standin):
    envelope = {
        "user_ip": "203.0.113.9",
        "user_agent": "Browser/1",
        "referrer": "http://example.org/?a=b&c=d",
        "permalink": "http://testserver/a/",
        "comment_type": "reply",
        "comment_author": "Zoë Ørsted",
        "comment_author_email": "zoe@example.org",
        "comment_author_url": "http://example.org/",
        "comment_content": "Two\r\nlines & an emoji 🦢",
        "comment_date_gmt": "2026-01-02T03:04:05+00:00",
        "comment_post_modified_gmt": "2026-01-01T03:04:05+00:00",
        "comment_parent": 17,
        "blog_lang": "en",
        "blog_charset": "UTF-8",
        "user_role": "editor",
        "is_test": True,
        "recheck_reason": "recheck",
        "honeypot_field_name": "version",
        "version": "",
        "comment_context": ["Politics", "Swans & kings"],
        "reporter": None,
    }

    service.connect().check(envelope)

    del envelope["comment_context"], envelope["reporter"]
    assert standin.calls[0].fields == envelope | {
        "api_key": "test-key",
        "blog": "http://testserver",
        "is_test": "1",
        "comment_parent": "17",
        "comment_context[]": ["Politics", "Swans & kings"],
    }


def test_an_envelope_cannot_replace_key_or_site(standin):
    service.connect().check(ENVELOPE | {"api_key": "stolen", "blog": "http://elsewhere"})

    assert standin.calls[0].fields == ENVELOPE | {"api_key": "test-key", "blog": "http://testserver"}


def test_a_call_names_the_software(standin):
    service.connect().check(ENVELOPE)

    assert standin.calls[0].headers["User-Agent"] == "Newsroom/0.1.0 | Akismet-Python/25.10.1"


@pytest.mark.parametrize("name", ["submit_spam", "submit_ham"])
def test_feedback_repeats_the_envelope(standin, name):
    getattr(service.connect(), name)(ENVELOPE, reporter="mod", comment_check_response="true")

    own = {"api_key": "test-key", "blog": "http://testserver"}
    assert [(call.path, call.fields) for call in standin.calls] == [
        (
            f"/1.1/{name.replace('_', '-')}",
            ENVELOPE | own | {"reporter": "mod", "comment_check_response": "true"},
        )
    ]


def test_usage_is_told_without_the_key_in_the_address(standin):
    assert service.connect().usage() == {
        "limit": 350000,
        "usage": 1,
        "percentage": "0.00",
        "throttled": False,
    }
    assert [(call.path, call.fields) for call in standin.calls] == [("/1.2/usage-limit", {"api_key": "test-key"})]


def test_valid_key_is_valid(standin):
    assert service.connect().verify() == (True, "")


def test_invalid_key_comes_with_help(standin, settings):
    settings.AKISMET_API_KEY = "invalid-key"

    assert service.connect().verify() == (False, "This is not a valid API key")


def test_proxies_of_the_environment_are_not_trusted(standin, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9")

    assert service.connect().check(ENVELOPE).verdict == Verdict.HAM


# --- failures -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("mode", "value"), [("hang", HOURS), ("slow", "30"), ("drip", "0.05"), ("drip", "0.29")])
def test_a_slow_service_is_given_up_within_the_limit(standin, settings, mode, value):
    settings.AKISMET_TIMEOUT = 0.3
    standin.switch(mode=mode, value=value)
    errors = []

    waited = seconds_of(lambda: errors.append(failure(service.connect().check, ENVELOPE)))

    assert [facts(error) for error in errors] == [(Kind.TIMEOUT, "Akismet did not answer within 0.3 seconds.", None)]
    assert waited < 5


def test_a_handshake_that_hangs_is_given_up_within_the_limit(settings):
    settings.AKISMET_API_KEY, settings.AKISMET_TIMEOUT = "test-key", 0.3
    with socket.create_server(("127.0.0.1", 0)) as silent:
        settings.AKISMET_URL = f"https://127.0.0.1:{silent.getsockname()[1]}"

        assert failure(service.connect().check, ENVELOPE).kind == Kind.TIMEOUT


def test_a_service_that_reads_nothing_is_given_up_within_the_limit(settings):
    settings.AKISMET_API_KEY, settings.AKISMET_TIMEOUT = "test-key", 0.3
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        settings.AKISMET_URL = f"http://127.0.0.1:{deaf.getsockname()[1]}"
        big = ENVELOPE | {"comment_content": "x" * 20_000_000}

        assert failure(service.connect().check, big).kind == Kind.TIMEOUT


@pytest.mark.parametrize("bytes_sent", ["0", "20", "60"])
def test_a_cut_connection_is_a_failure(standin, bytes_sent):
    standin.switch(mode="cut", value=bytes_sent)

    assert failure(service.connect().check, ENVELOPE).kind == Kind.UNREACHABLE


def test_a_verdict_that_breaks_off_is_no_verdict(standin):
    whole = answer("POST", "/1.1/comment-check", {**ENVELOPE, "api_key": "k", "blog": "b"}, 1, None).raw()
    standin.switch(mode="cut", value=str(len(whole) - 1))

    assert failure(service.connect().check, ENVELOPE).kind == Kind.UNREACHABLE


def test_a_refused_connection_is_a_failure(standin):
    client = service.connect()
    standin.stop()

    assert facts(failure(client.check, ENVELOPE)) == (
        Kind.UNREACHABLE,
        "Akismet cannot be reached: [Errno 111] Connection refused",
        None,
    )


def test_too_many_calls_say_how_long_to_wait(standin):
    standin.switch(mode="status", value="429 77")

    assert facts(failure(service.connect().check, ENVELOPE)) == (
        Kind.THROTTLED,
        "Akismet gets too many calls (429).",
        77,
    )


def test_too_many_calls_may_say_until_when_to_wait(standin):
    until = datetime.now(UTC) + timedelta(seconds=600)
    standin.switch(mode="status", value=f"429 {format_datetime(until, usegmt=True)}")

    assert 500 <= failure(service.connect().check, ENVELOPE).retry_after <= 600


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        ("", None),
        ("soon", None),
        ("-1", None),
        ("0", 0),
        ("999999999", 24 * 3600),
        ("Wed, 21 Oct 2015 07:28:00 GMT", 0),
        ("Wed, 21 Oct 9999 07:28:00 GMT", 24 * 3600),
        ("Wed, 21 Oct 2015 07:28:00 -0000", 0),
        ("Wed, 99 Oct 2015 07:28:00 GMT", None),
        ("Wed, 21 Oct 99999999999999999999 07:28:00 GMT", None),
    ],
)
def test_any_retry_after_is_read_or_ignored(standin, retry_after, seconds):
    standin.switch(mode="status", value=f"429 {retry_after}")

    assert failure(service.connect().check, ENVELOPE).retry_after == seconds


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_an_error_status_is_a_failure(standin, status):
    standin.switch(mode="status", value=f"{status}")

    assert facts(failure(service.connect().check, ENVELOPE)) == (
        Kind.STATUS,
        f"Akismet answered with status {status}.",
        None,
    )


def test_a_redirect_is_not_followed(standin):
    standin.switch(mode="status", value=f"307 {standin.url}/1.1/comment-check", times=1)

    assert facts(failure(service.connect().check, ENVELOPE)) == (
        Kind.STATUS,
        "Akismet answered with status 307.",
        None,
    )
    assert len(standin.calls) == 1


@pytest.mark.parametrize("body", ["maybe", "True", " true", "truefalse", "Thanks!", "<p>Sign in</p>", "\ud7ff"])
def test_any_other_word_is_no_verdict(standin, body):
    standin.switch(mode="nonsense", value=body)

    assert facts(failure(service.connect().check, ENVELOPE)) == NONSENSE


def test_a_huge_answer_is_no_verdict(standin):
    standin.switch(mode="huge")

    assert facts(failure(service.connect().check, ENVELOPE)) == NONSENSE


@pytest.mark.parametrize("header", ["Content-Encoding: gzip", "Content-Type: text/plain; charset=rot13"])
def test_the_answer_cannot_choose_how_it_is_decoded(standin, header):
    standin.switch(mode="header", value=header)

    assert service.connect().check(ENVELOPE) == Answer(Verdict.HAM, guid=FIRST)


def test_invalid_comes_with_the_service_s_help(standin):
    standin.switch(mode="invalid", value="Empty user_ip value")

    assert facts(failure(service.connect().check, ENVELOPE)) == (
        Kind.INVALID_KEY,
        "Akismet calls the key or the call invalid: Empty user_ip value",
        None,
    )


def test_an_envelope_without_an_address_is_the_service_s_to_judge(standin):
    assert str(failure(service.connect().check, {})) == (
        'Akismet calls the key or the call invalid: Empty "user_ip" value'
    )


def test_an_error_of_the_account_is_no_verdict(standin):
    standin.switch(mode="error", value="This key is suspended")

    assert facts(failure(service.connect().check, ENVELOPE)) == (
        Kind.REFUSED,
        "Akismet refuses: This key is suspended",
        None,
    )


def test_an_error_shows_no_key(standin):
    standin.switch(mode="error", value="Key test-key is suspended")

    error = failure(service.connect().check, ENVELOPE)

    assert (str(error), error.__suppress_context__) == ("Akismet refuses: Key … is suspended", False)


@pytest.mark.parametrize(("mode", "value"), [("status", "500"), ("invalid", ""), ("nonsense", "test-key"), ("cut", "")])
def test_the_traceback_shows_no_key(standin, mode, value):
    standin.switch(mode=mode, value=value)

    error = failure(service.connect().usage)

    assert (error.__cause__, error.__suppress_context__) == (None, True)


def test_what_cannot_be_written_is_a_failure(standin):
    error = failure(service.connect().check, ENVELOPE | {"comment_content": "half a pair \ud800"})

    assert (facts(error), standin.calls) == (
        (Kind.UNSENDABLE, "The comment has characters that cannot be sent.", None),
        [],
    )


@pytest.mark.parametrize(
    "address",
    ["", "nonsense", "ftp://127.0.0.1", "http://", "http://[x]", "http://127.0.0.1:999999", "http://a..b"],
)
def test_a_wrong_address_is_a_failure(settings, address):
    settings.AKISMET_API_KEY, settings.AKISMET_URL = "test-key", address

    assert failure(service.connect().check, ENVELOPE).kind == Kind.UNREACHABLE


@pytest.mark.parametrize("name", ["submit_spam", "submit_ham"])
def test_feedback_without_thanks_has_failed(standin, name):
    standin.switch(mode="nonsense", value="Thanks")

    assert facts(failure(getattr(service.connect(), name), ENVELOPE)) == NONSENSE


@pytest.mark.parametrize("body", ["", "none", "[]", "[" * 60_000, "NaN"])
def test_usage_that_is_no_object_is_a_failure(standin, body):
    standin.switch(mode="nonsense", value=body)

    assert facts(failure(service.connect().usage)) == NONSENSE


# --- the client ---------------------------------------------------------------------------------


def test_without_a_key_there_is_no_client(settings):
    settings.AKISMET_API_KEY = ""

    assert service.connect() is None


def test_connecting_calls_nobody(standin):
    service.connect()

    assert standin.calls == []


def test_the_client_is_one_until_the_settings_change(standin, settings):
    first, second = service.connect(), service.connect()
    settings.AKISMET_TIMEOUT = 9
    third = service.connect()

    assert (first is second, first is third) == (True, False)


def test_a_client_survives_the_service_s_restart(standin):
    client = service.connect()
    client.check(ENVELOPE)
    standin.stop()
    standin.start()

    assert client.check(ENVELOPE).verdict == Verdict.HAM


def test_threads_share_a_client_and_get_their_own_answers(standin):
    client, answers = service.connect(), {}

    def ask(number):
        spam = number % 2
        answers[number] = client.check(SPAM if spam else ENVELOPE).verdict

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == {number: Verdict.SPAM if number % 2 else Verdict.HAM for number in range(20)}
