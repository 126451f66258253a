"""One HTTP call under one limit: name, connection, request, headers and body together.

httpx limits each phase and each read by itself: a server that drips a byte a second is never too late for it.
Here every wait gets what is left of the whole. Each call has a connection of its own: comments come minutes
apart, so there is nothing that threads or a fork could share, and no idle connection that breaks when needed.
"""

import queue
import socket
import ssl
import threading
import time
from collections.abc import Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

_WRITE_AT_ONCE = 4096  # bytes: fits a freed socket buffer, so that one piece means one wait
# They would make httpx decode the body, and let the answer's sender choose how.
_NOT_PASSED_ON = {
    b"content-encoding",
    b"content-type",
    b"content-length",
    b"transfer-encoding",
    b"set-cookie",
}


class AnswerTooLongError(Exception):
    """The answer has more bytes than any true one."""


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, always more than none. Raises httpcore.TimeoutException when the time is up."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.TimeoutException
        return left


class WholeCallTransport(httpx.BaseTransport):
    def __init__(self, seconds: float, max_bytes: int) -> None:
        self._seconds = seconds
        self._max_bytes = max_bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline = Deadline(self._seconds)
        url = _address(request.url)
        with httpcore.HTTPConnection(
            url.origin,
            ssl_context=_certificates() if url.scheme == b"https" else None,
            network_backend=_Network(deadline),
        ) as connection:
            answer = connection.handle_request(
                httpcore.Request(request.method, url, headers=request.headers.raw, content=request.stream)
            )
            try:
                body = self._read(answer)
            finally:
                answer.close()
        headers = [(name, value) for name, value in answer.headers if name.lower() not in _NOT_PASSED_ON]
        return httpx.Response(answer.status, headers=headers, content=body)

    def _read(self, answer: httpcore.Response) -> bytes:
        body = bytearray()
        for part in answer.iter_stream():
            body += part
            if len(body) > self._max_bytes:
                raise AnswerTooLongError
        return bytes(body).rstrip(b"\r\n")  # a newline at the end is no part of Akismet's word


class _Network(httpcore.SyncBackend):
    def __init__(self, deadline: Deadline) -> None:
        self._deadline = deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = _resolve(host, port, self._deadline.left())
        failure: Exception = httpcore.ConnectError(f"{host} has no address")
        for number, address in enumerate(addresses):
            share = self._deadline.left() / (len(addresses) - number)  # a dead first one leaves time for the rest
            try:
                stream = super().connect_tcp(address, port, share, local_address, socket_options)
                return _Stream(stream, self._deadline)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure


class _Stream(httpcore.NetworkStream):
    """Gives every wait what is left of the whole, whatever the caller's own timeout says."""

    def __init__(self, stream: httpcore.NetworkStream, deadline: Deadline) -> None:
        self._stream = stream
        self._deadline = deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._deadline.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        for start in range(0, len(buffer), _WRITE_AT_ONCE):
            self._stream.write(buffer[start : start + _WRITE_AT_ONCE], self._deadline.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        stream = self._stream.start_tls(ssl_context, server_hostname, self._deadline.left())
        return _Stream(stream, self._deadline)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


@cache  # reading them takes longer than a call; no lock, so that a fork cannot inherit one that is taken
def _certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _address(url: httpx.URL) -> httpcore.URL:
    if url.scheme not in {"http", "https"} or not url.host:
        raise httpcore.UnsupportedProtocol(f"{url.scheme}://{url.host} is no web address")
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def _resolve(host: str, port: int, seconds: float) -> list[str]:
    """The system's resolver takes no limit of ours, so a thread asks it, left behind if it is too slow."""
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(address[0]) for *_, address in answers)))
        except Exception as error:  # whatever it is: the caller must not wait for a thread that is gone
            found.put(error)

    threading.Thread(target=ask, name="akismet-resolver", daemon=True).start()
    try:
        outcome = found.get(timeout=seconds)
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"{host} was not found in time") from None
    if isinstance(outcome, Exception):
        raise httpcore.ConnectError(f"{host}: {outcome}") from outcome
    return outcome
