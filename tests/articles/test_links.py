"""Whether links answer: asked of real servers, and never of a private address."""

import socket
import threading
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from django.utils import timezone

from articles import links
from articles.links import look_up, look_up_due, outside, queue
from articles.models import Link
from newsroom.lib.calls import is_public
from tests.articles.test_desk import ADD, words
from tests.factories import make_staff, make_story

Answer = Link.Answer


class Outside(BaseHTTPRequestHandler):
    """/404 answers 404; /to?x leads to x; /no-head knows no HEAD; /slow never answers."""

    def do_HEAD(self):  # the library's name
        self.server.asked.append((self.command, self.path, self.headers["Host"]))
        place, _mark, rest = self.path.strip("/").partition("?")
        if place == "slow":
            self.server.stopped.wait(10)
        if place == "no-head" and self.command == "HEAD":
            self.send_response(405 if rest != "404" else 404)
        else:
            self.send_response(302 if place in {"to", "circle"} else int(place) if place.isdecimal() else 200)
        if place == "to":
            self.send_header("Location", rest)
        if place == "circle":
            self.send_header("Location", "/circle")
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_GET = do_HEAD  # noqa: N815

    def log_message(self, *_args):
        pass


@contextmanager
def server(host="127.0.0.1"):
    class Server(ThreadingHTTPServer):
        address_family = socket.AF_INET6 if ":" in host else socket.AF_INET

    with Server((host, 0), Outside) as running:
        running.asked, running.stopped = [], threading.Event()
        thread = threading.Thread(target=running.serve_forever, args=(0.05,))
        thread.start()
        running.port = running.server_address[1]
        try:
            yield running
        finally:
            running.stopped.set()
            running.shutdown()
            thread.join()


@pytest.fixture
def web():
    with server() as running:
        yield running


def only(address):
    """As if that one address were a public one."""
    return lambda asked: asked == address


HERE = only("127.0.0.1")


# --- What is public --------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["93.184.215.14", "1.1.1.1", "2606:2800:220:1:248:1893:25c8:1946"])
def test_hosts_of_the_open_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1"),
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a00:1"),
        *("2002:7f00:1::", "2002:a00:1::1", "2001:0:7f00:1::", "64:ff9b:1::1"),
        *("", "localhost", "1", "0x7f.1", "x\0"),
    ],
)
def test_what_is_private_or_no_address_is_not(address):
    assert not is_public(address)


# --- Looking up --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/", (Answer.ANSWERS, "")),
        ("/404", (Answer.FAILS, "404")),
        ("/500", (Answer.FAILS, "500")),
        ("/403", (Answer.ANSWERS, "")),
        ("/429", (Answer.ANSWERS, "")),
        ("/no-head", (Answer.ANSWERS, "")),
        ("/no-head?404", (Answer.ANSWERS, "")),
        ("/to?/", (Answer.ANSWERS, "")),
        ("/to?/404", (Answer.FAILS, "404")),
        ("/to?/to", (Answer.ANSWERS, "")),
    ],
)
def test_an_answer_is_an_answer(web, path, answer):
    assert look_up(f"http://127.0.0.1:{web.port}{path}", HERE) == answer


def test_head_is_asked_first_and_get_only_where_it_fails(web):
    look_up(f"http://127.0.0.1:{web.port}/", HERE)
    look_up(f"http://127.0.0.1:{web.port}/no-head", HERE)

    host = f"127.0.0.1:{web.port}"
    assert web.asked == [("HEAD", "/", host), ("HEAD", "/no-head", host), ("GET", "/no-head", host)]


def test_a_circle_of_redirects_ends(web):
    assert look_up(f"http://127.0.0.1:{web.port}/circle", HERE) == (Answer.FAILS, "too many redirects")
    assert len(web.asked) == 5


def test_a_server_that_does_not_answer_is_not_waited_for(web):
    assert look_up(f"http://127.0.0.1:{web.port}/slow", HERE, seconds=0.3) == (Answer.FAILS, "timeout")


def test_nobody_listening_is_said(free_port):
    assert look_up(f"http://127.0.0.1:{free_port}/", HERE) == (Answer.FAILS, "ConnectError")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:{port}/",
        "http://localhost:{port}/",
        "http://[::1]:{port}/",
    ],
)
def test_a_private_address_is_never_connected_to(web, url):
    assert look_up(url.format(port=web.port)) == (Answer.REFUSED, "")
    assert web.asked == []


@pytest.mark.parametrize("to", ["http://127.0.0.2:{port}/", "http://localhost:{port}/x", "//127.0.0.3:{port}/"])
def test_a_redirect_to_a_private_address_is_not_followed(web, to):
    def is_allowed(address):
        return address == "127.0.0.1" and not web.asked  # the first step is to a public host, no other one is

    with server("127.0.0.1") as inside:
        answer = look_up(f"http://127.0.0.1:{web.port}/to?{to.format(port=inside.port)}", is_allowed)

    assert (answer.kind, inside.asked) == (Answer.REFUSED, [])


def test_a_name_that_changes_between_look_and_call_gains_nothing(web):
    """DNS rebinding: the first answer is harmless, the next is inside. Each connection asks once, and goes there."""
    asked = []

    def rebinding(host, port, seconds):
        asked.append(host)
        return ["127.0.0.1"] if len(asked) == 1 else ["127.0.0.2"]

    answer = look_up(f"http://rebinding.test:{web.port}/404", HERE, rebinding)  # HEAD, and then GET

    assert (answer.kind, asked) == (Answer.REFUSED, ["rebinding.test"] * 2)
    assert web.asked == [("HEAD", "/404", f"rebinding.test:{web.port}")]


def test_one_private_address_among_several_is_enough_to_refuse(web):
    answer = look_up(f"http://both.test:{web.port}/", HERE, lambda *_: ["127.0.0.1", "127.0.0.2"])

    assert (answer.kind, web.asked) == (Answer.REFUSED, [])


@pytest.mark.parametrize(
    "url",
    ["", "http://", "ftp://a.example/", "http://[x/", "http://a\0.example/", "http://a.example:99999/", "javascript:1"],
)
def test_what_is_no_address_fails_quietly(url):
    assert look_up(url).kind == Answer.FAILS


@pytest.mark.parametrize("location", ["http://[x", "javascript:alert(1)", "http://a b/", "\\\\x"])
def test_where_a_redirect_leads_nowhere_the_link_fails(web, location):
    assert look_up(f"http://127.0.0.1:{web.port}/to?{location.replace(' ', '%20')}", HERE).kind in {
        Answer.FAILS,
        Answer.ANSWERS,
    }


# --- The queue -------------------------------------------------------------------------------------------------


def test_only_addresses_of_other_hosts_are_looked_up():
    body = (
        '<p><a href="https://a.example/x?y=1&amp;z=2#part">a</a> <a href="/town/">b</a>'
        ' <a href="mailto:x@y.example">c</a>'
        ' <a href="http://testserver/town/">d</a> <a href="https://a.example/x?y=1&amp;z=2">e</a>'
        f' <a href="https://b.example/{"x" * 1000}">f</a> <a href="https://m&#252;nchen.example/ä">g</a></p>'
    )

    assert outside(body) == ["https://a.example/x?y=1&z=2", "https://xn--mnchen-3ya.example/%C3%A4"]


@pytest.mark.django_db
def test_saving_a_story_asks_for_its_links_once(client):
    client.force_login(make_staff())
    body = '<p><a href="https://a.example/">a</a> <a href="https://b.example/">b</a></p>'

    client.post(ADD, words(_draft="1", body=body))
    client.post(ADD, words(_draft="1", body=body, slug="another"))

    assert list(Link.objects.values_list("url", "answer")) == [("https://a.example/", ""), ("https://b.example/", "")]


@pytest.mark.django_db
def test_what_was_looked_up_long_ago_is_looked_up_again():
    now = timezone.now()
    old = Link.objects.create(url="https://old.example/", answer="answers", checked_at=now - timedelta(days=2))
    new = Link.objects.create(url="https://new.example/", answer="answers", checked_at=now)

    queue(make_story(body=f'<p><a href="{old}">x</a><a href="{new}">y</a></p>'))

    assert list(Link.objects.filter(due_at__isnull=False)) == [old]


@pytest.mark.django_db
def test_the_worker_looks_up_what_is_due_each_once(web):
    url = f"http://127.0.0.1:{web.port}/"
    queue(make_story(body=f'<p><a href="{url}">x</a></p>'))

    assert (look_up_due(HERE), look_up_due(HERE)) == (True, False)
    assert Link.objects.get().answer == Answer.ANSWERS
    assert len(web.asked) == 1


@pytest.mark.django_db
def test_a_link_is_tried_three_times_before_it_is_said_to_fail(web, clock):
    queue(make_story(body=f'<p><a href="http://127.0.0.1:{web.port}/404">x</a></p>'))

    answers = []
    for _round in range(3):
        look_up_due(HERE)
        answers.append(Link.objects.get().answer)
        clock.shift(timedelta(minutes=10))

    assert answers == ["", "", "fails"]
    assert not look_up_due(HERE)


@pytest.mark.django_db
def test_a_killed_workers_link_is_looked_up_after_its_lease(clock):
    queue(make_story(body='<p><a href="https://a.example/">x</a></p>'))
    Link.objects.claim_next(links.LEASE)

    during = Link.objects.claim_next(links.LEASE)
    clock.shift(links.LEASE + timedelta(seconds=1))

    assert (during, Link.objects.claim_next(links.LEASE).attempts) == (None, 2)
