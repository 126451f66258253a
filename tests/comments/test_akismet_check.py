import json
import os
import signal
import socket
import subprocess
import sys

import httpx
import pytest
from django.conf import settings as project
from django.core.management import CommandError, call_command

COMPARE = "Compare AKISMET_API_KEY with the key in your account at akismet.com"
LIMIT = "The account is over its plan's limit: choose a bigger plan at akismet.com."
VALID = "Akismet accepts the key for http://testserver."
SPAM = "Akismet judges guaranteed spam rightly: spam."
HAM = "Akismet judges guaranteed ham rightly: not spam."
USAGE = "4 calls of this month's 350000 are used."


def report(capsys):
    """Everything that the command says, and whether it ends with 0."""
    try:
        call_command("akismet_check", no_color=True)
    except CommandError:
        return capsys.readouterr().out.splitlines(), False
    return capsys.readouterr().out.splitlines(), True


def test_all_is_well(standin, capsys):
    assert report(capsys) == ([VALID, SPAM, HAM, USAGE, "All is well."], True)


def test_the_check_stays_out_of_akismet_s_training(standin, capsys):
    report(capsys)

    tests = [call.fields.get("is_test") for call in standin.calls if call.endpoint == "comment-check"]
    assert tests == ["1", "1"]


def test_no_key(settings, capsys):
    settings.AKISMET_API_KEY = ""

    assert report(capsys) == (
        [
            "AKISMET_API_KEY is not set: every comment is held until a moderator has read it.",
            "  Get a key at akismet.com, set AKISMET_API_KEY in the environment and restart.",
        ],
        False,
    )


def test_invalid_key(standin, settings, capsys):
    settings.AKISMET_API_KEY = "invalid-key"

    assert report(capsys) == (
        [
            "Akismet does not accept the key for http://testserver: This is not a valid API key",
            f"  {COMPARE}, and SITE_URL with the site.",
        ],
        False,
    )


def test_key_that_becomes_invalid(standin, capsys):
    standin.switch(mode="invalid", value="Revoked", only="comment-check")

    assert report(capsys) == (
        [VALID, "Akismet calls the key or the call invalid: Revoked", f"  {COMPARE}."],
        False,
    )


def test_wrong_address(standin, settings, capsys):
    settings.AKISMET_URL = f"{standin.url}/elsewhere"

    assert report(capsys) == (
        [
            "Akismet answered with status 404.",
            f"  Is AKISMET_URL ({standin.url}/elsewhere) the address of Akismet? "
            "It says https://rest.akismet.com by default.",
        ],
        False,
    )


def test_something_else_answers(standin, capsys):
    standin.switch(mode="nonsense", value="<h1>Sign in to the hotel's network</h1>")

    assert report(capsys) == (
        [
            "What answered is not what Akismet would say.",
            f"  Is AKISMET_URL ({standin.url}) the address of Akismet? It says https://rest.akismet.com by default.",
        ],
        False,
    )


def test_unreachable(standin, capsys):
    standin.stop()

    assert report(capsys) == (
        [
            "Akismet cannot be reached: [Errno 111] Connection refused",
            f"  Is AKISMET_URL ({standin.url}) right, and may this machine call it?",
        ],
        False,
    )


def test_timeout(standin, settings, capsys):
    settings.AKISMET_TIMEOUT = 0.2
    standin.switch(mode="hang")

    assert report(capsys) == (
        [
            "Akismet did not answer within 0.2 seconds.",
            f"  Is {standin.url} slow, or does a firewall swallow the call? AKISMET_TIMEOUT is the limit.",
        ],
        False,
    )


@pytest.mark.parametrize(
    ("value", "text", "advice"),
    [
        ("429 90", "Akismet gets too many calls (429).", "Try again in 90 seconds."),
        ("429", "Akismet gets too many calls (429).", "Try again later."),
        ("503 90", "Akismet answered with status 503.", "Try again in 90 seconds."),
    ],
)
def test_too_many_calls(standin, capsys, value, text, advice):
    standin.switch(mode="status", value=value, only="comment-check")

    assert report(capsys) == (
        [VALID, text, f"  {advice} If it stays so, the account's plan is too small."],
        False,
    )


@pytest.mark.parametrize(
    ("alert", "advice"),
    [
        ("10501 Too many", LIMIT),
        ("30001 Too many", "The plan does not fit the site's use: choose another one at akismet.com."),
        ("99 Too many", "Sign in at akismet.com and follow what it says about the account."),
    ],
)
def test_alert(standin, capsys, alert, advice):
    standin.switch(mode="alert", value=alert, only="comment-check", times=1)

    text = f"Akismet has an alert for the account: {alert.replace(' ', ': ', 1)}"
    assert report(capsys) == ([VALID, SPAM, text, f"  {advice}", HAM, USAGE], False)


def test_suspended_key(standin, capsys):
    standin.switch(mode="error", value="This key is suspended")

    assert report(capsys) == (
        [
            "Akismet refuses: This key is suspended",
            "  Sign in at akismet.com: the account or its key may be suspended.",
        ],
        False,
    )


def test_wrong_verdicts(standin, capsys):
    standin.switch(mode="ham", only="comment-check", times=1)

    assert report(capsys) == (
        [
            VALID,
            "Akismet judges guaranteed spam wrongly: not spam.",
            "  Is AKISMET_URL the address of Akismet, and not of something that stands in for it?",
            HAM,
            USAGE,
        ],
        False,
    )


@pytest.mark.parametrize(
    ("usage", "advice"),
    [
        (
            {"limit": 10, "usage": 4, "percentage": "40.00", "throttled": True},
            "Akismet throttles the account: choose a bigger plan at akismet.com.",
        ),
        ({"limit": 10, "usage": 10, "percentage": "100.00", "throttled": False}, LIMIT),
    ],
)
def test_over_the_limit(standin, capsys, usage, advice):
    standin.switch(mode="nonsense", value=json.dumps(usage), only="usage-limit")

    text = f"{usage['usage']} calls of this month's 10 are used."
    assert report(capsys) == ([VALID, SPAM, HAM, text, f"  {advice}"], False)


def test_no_limit_is_well(standin, capsys):
    usage = {"limit": "none", "usage": 7463, "percentage": "0.00", "throttled": False}
    standin.switch(mode="nonsense", value=json.dumps(usage), only="usage-limit")

    assert report(capsys) == (
        [VALID, SPAM, HAM, "7463 calls of this month's none are used.", "All is well."],
        True,
    )


# --- akismet_standin ----------------------------------------------------------------------------


@pytest.fixture
def command():
    """Starts the command in a process of its own; what still runs at the end is killed."""
    running = []

    def start(*arguments):
        line = [sys.executable, "manage.py", "akismet_standin", *arguments]
        process = subprocess.Popen(
            line,
            cwd=project.BASE_DIR,
            env=os.environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        running.append(process)
        return process

    yield start
    for process in running:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_standin_says_its_address_and_ends_cleanly(command, number):
    process = command("--port", "0", "--mode", "nonsense", "--value", "perhaps")

    words = process.stdout.readline().split()
    url = next(word for word in words if word.startswith("http"))
    told = httpx.post(f"{url}/1.1/verify-key", data={"key": "k", "blog": "b"}, trust_env=False).text
    process.send_signal(number)
    _out, errors = process.communicate(timeout=30)

    assert (told, process.returncode, errors) == ("perhaps", 0, "")


def test_standin_says_when_its_port_is_taken(command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        process = command("--port", str(taken.getsockname()[1]))
        _out, errors = process.communicate(timeout=30)

    assert (process.returncode, errors) == (1, "CommandError: [Errno 98] Address already in use\n")
