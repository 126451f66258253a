"""A stand-in for the Akismet service: an HTTP server for tests and the demo, on this machine only.

It speaks the protocol of Akismet's API pages: verify-key, comment-check, submit-spam, submit-ham (1.1),
key-sites, usage-limit (1.2). What it answers is in standin_answers.py. A switch makes it fail: see MODES.
Besides Akismet's calls it takes POST /standin/switch (mode, value, times, only), POST /standin/reset and
GET /standin/log.
"""

import ipaddress
import json
import socket
import socketserver
import threading
from collections import deque
from contextlib import suppress
from dataclasses import asdict, dataclass
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit

from comments.standin_answers import MODES, Fields, Reply, altered, answer

_LOG_LENGTH = 500  # calls
_LONGEST_BODY = 256 * 1024  # bytes of a call; more is refused
_LONGEST_NOTE = 200  # characters of an answer that the log keeps
_STOPPING = 5  # seconds that stop() waits for calls under way


@dataclass(frozen=True)
class Switch:
    """How the next calls are answered. Raises ValueError for a mode or value that does not exist."""

    mode: str = "ok"
    value: str = ""
    times: int | None = None  # how many calls; None: all
    only: str = ""  # one call's name, such as comment-check

    def __post_init__(self) -> None:
        if self.mode not in MODES:
            raise ValueError(f"There is no mode {self.mode!r}. There are: {', '.join(MODES)}")
        if self.mode in {"hang", "slow", "drip"} and self.value:
            float(self.value)
        if self.mode in {"cut", "huge"} and self.value:
            int(self.value)
        if self.mode == "header" and ":" not in self.value:
            raise ValueError("The value of the mode header is a header, such as Retry-After: 120")
        if self.mode == "status":
            HTTPStatus(int((self.value or "500").partition(" ")[0]))

    def concerns(self, endpoint: str) -> bool:
        return self.mode != "ok" and self.only in {"", endpoint}


@dataclass(frozen=True)
class Call:
    """One call as it came, and how it was answered."""

    path: str
    fields: Fields
    headers: dict[str, str]
    mode: str
    status: int
    answer: str

    @property
    def endpoint(self) -> str:
        return self.path.rpartition("/")[2]


class StandIn:
    """The server in a thread: `with StandIn() as standin`. Port 0 takes a free one, and keeps it."""

    def __init__(self, port: int = 0, host: str = "127.0.0.1", keys: frozenset[str] | None = None) -> None:
        if not ipaddress.IPv4Address(host).is_loopback:
            raise ValueError(f"The stand-in listens on this machine only, not on {host}")
        self.host, self.port, self.keys = host, port, keys
        self._lock = threading.Lock()
        self._switch = Switch()
        self._left: int | None = None
        self._released = threading.Event()  # set: whatever hangs or waits may end
        self._log: deque[Call] = deque(maxlen=_LOG_LENGTH)
        self._number = 0
        self._server: _Server | None = None

    @property
    def url(self) -> str:
        return f"http://{self.host}:{self.port}"

    @property
    def calls(self) -> list[Call]:
        with self._lock:
            return list(self._log)

    def start(self) -> None:
        self._released = threading.Event()
        self._server = _Server((self.host, self.port), self)
        self.port = self._server.server_port
        serve = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="standin", daemon=True)
        serve.start()

    def stop(self) -> None:
        """Ends at once, even while calls hang: their connections break."""
        server, self._server = self._server, None
        if server is not None:
            server.shutdown()
            with self._lock:
                self._released.set()
            server.close_all()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def switch(self, mode: str = "ok", value: str = "", times: int | None = None, only: str = "") -> None:
        """Calls that hang under the old switch are let go."""
        switch = Switch(mode, str(value), times, only)
        with self._lock:
            self._switch, self._left = switch, times
            self._released.set()
            self._released = threading.Event()

    def reset(self) -> None:
        self.switch()
        with self._lock:
            self._log.clear()
            self._number = 0

    def _take(self, endpoint: str) -> tuple[Switch, threading.Event, int]:
        """How to answer this call, what ends its waiting, and its number."""
        with self._lock:
            self._number += 1
            if not self._switch.concerns(endpoint) or self._left == 0:
                return Switch(), self._released, self._number
            if self._left is not None:
                self._left -= 1
            return self._switch, self._released, self._number

    def _note(self, call: Call) -> None:
        with self._lock:
            self._log.append(call)


class _Server(ThreadingHTTPServer):
    daemon_threads = True  # a call that hangs must not keep the process alive
    request_queue_size = 128

    def __init__(self, address: tuple[str, int], standin: StandIn) -> None:
        self.standin = standin
        self._open: set[Any] = set()
        self._changed = threading.Condition()
        super().__init__(address, _Handler)

    def server_bind(self) -> None:
        socketserver.TCPServer.server_bind(self)  # HTTPServer's own looks up a name, which may take seconds
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]  # IPv4 only

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._changed:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        super().shutdown_request(request)
        with self._changed:
            self._open.discard(request)
            self._changed.notify_all()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Callers that hang up are what the stand-in is for: nothing to print."""

    def close_all(self) -> None:
        self.server_close()
        with self._changed:
            for connection in self._open:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
            self._changed.wait_for(lambda: not self._open, timeout=_STOPPING)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10  # seconds for a caller to say what it wants
    server: _Server

    def do_GET(self) -> None:
        self._serve({})

    def do_POST(self) -> None:
        length = self.headers.get("Content-Length", "")
        if not (length.isdecimal() and int(length) <= _LONGEST_BODY):
            return self._write(Reply(413, "A call has a length, and not too much of it"))
        return self._serve(_fields(self.rfile.read(int(length)).decode(errors="replace")))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  # the base class calls it so
        """Silent: the log is at /standin/log."""

    def _serve(self, fields: Fields) -> None:
        address = urlsplit(self.path)
        if address.path.startswith("/standin/"):
            self._write(self._control(address.path, fields))
        else:
            self._play(address.path, {**_fields(address.query), **fields})

    def _control(self, path: str, fields: Fields) -> Reply:
        standin = self.server.standin
        match self.command, path:
            case "GET", "/standin/log":
                return Reply(200, json.dumps([asdict(call) for call in standin.calls]), {}, "application/json")
            case "POST", "/standin/reset":
                standin.reset()
                return Reply(200, "reset")
            case "POST", "/standin/switch":
                return self._turn({name: str(value) for name, value in fields.items()})
        return Reply(404, "There are POST /standin/switch, POST /standin/reset, GET /standin/log")

    def _turn(self, fields: dict[str, str]) -> Reply:
        times = fields.get("times", "")
        try:
            self.server.standin.switch(
                fields.get("mode", "ok"),
                fields.get("value", ""),
                int(times) if times else None,
                fields.get("only", ""),
            )
        except ValueError as error:
            return Reply(400, str(error))
        return Reply(200, "switched")

    def _play(self, path: str, fields: Fields) -> None:
        standin = self.server.standin
        switch, released, number = standin._take(path.rpartition("/")[2])
        reply = answer(self.command, path, fields, number, standin.keys)
        if reply.status == HTTPStatus.OK:
            reply = altered(reply, switch.mode, switch.value, path)
        note = "" if switch.mode in {"hang", "cut"} else reply.body[:_LONGEST_NOTE]
        headers = dict(self.headers.items())
        standin._note(Call(path, fields, headers, switch.mode, reply.status, note))
        self._deliver(reply, switch, released)

    def _deliver(self, reply: Reply, switch: Switch, released: threading.Event) -> None:
        """Send the answer, or do what a broken service does instead."""
        match switch.mode:
            case "hang":
                released.wait(float(switch.value or 3600))
                self.close_connection = True
            case "cut":
                self._send(reply.raw()[: int(switch.value or 0)])
            case "drip":
                self._drip(reply.raw(), float(switch.value or 1), released)
            case "slow":
                released.wait(float(switch.value or 1))
                self._write(reply)
            case _:
                self._write(reply)

    def _drip(self, raw: bytes, pause: float, released: threading.Event) -> None:
        for byte in raw:
            self._send(bytes([byte]))
            if released.wait(pause):
                return

    def _write(self, reply: Reply) -> None:
        self._send(reply.raw())

    def _send(self, raw: bytes) -> None:
        self.close_connection = True  # one call for each connection: whatever was cut or dripped is over with it
        self.wfile.write(raw)


def _fields(text: str) -> Fields:
    """A name with [] is a list, any other the last of its values."""
    pairs = parse_qs(text, keep_blank_values=True, max_num_fields=1000)
    return {name: values if name.endswith("[]") else values[-1] for name, values in pairs.items()}
