"""Calls to other hosts under one limit: name, connection, request and answer together; and, where it matters, to
public addresses only.

Every wait gets what is left of the whole: a server that drips a byte a second is never too late for a limit on each
read.
"""

import ipaddress
import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import httpcore
import httpx

_WRITE_AT_ONCE = 4096  # bytes: fits a freed socket buffer, so that one piece means one wait


class ForbiddenAddressError(httpcore.ConnectError):
    """The name leads to an address that is not to be asked."""


class Deadline:
    def __init__(self, seconds: float) -> None:
        self._end = time.monotonic() + seconds

    def left(self) -> float:
        """Seconds, always more than none. Raises httpcore.TimeoutException when the time is up."""
        left = self._end - time.monotonic()
        if left <= 0:
            raise httpcore.TimeoutException
        return left


class Network(httpcore.SyncBackend):
    """Names are looked up once for each connection; what is connected to is what was looked at."""

    def __init__(
        self,
        deadline: Deadline,
        is_allowed: Callable[[str], bool] = lambda address: True,
        look_up: Callable[[str, int, float], list[str]] | None = None,
    ) -> None:
        self._deadline = deadline
        self._is_allowed = is_allowed
        self._look_up = look_up or resolve

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        addresses = self._look_up(host, port, self._deadline.left())
        if not all(map(self._is_allowed, addresses)):
            raise ForbiddenAddressError(f"{host} is at an address that is not asked")
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
def certificates() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def web_address(url: httpx.URL) -> httpcore.URL:
    if url.scheme not in {"http", "https"} or not url.host:
        raise httpcore.UnsupportedProtocol(f"{url.scheme}://{url.host} is no web address")
    return httpcore.URL(scheme=url.raw_scheme, host=url.raw_host, port=url.port, target=url.raw_path)


def resolve(host: str, port: int, seconds: float) -> list[str]:
    """The system's resolver takes no limit of ours, so a thread asks it, left behind if it is too slow."""
    found: queue.SimpleQueue[list[str] | Exception] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
            found.put(list(dict.fromkeys(str(address[0]) for *_, address in answers)))
        except Exception as error:  # whatever it is: the caller must not wait for a thread that is gone
            found.put(error)

    threading.Thread(target=ask, name="resolver", daemon=True).start()
    try:
        outcome = found.get(timeout=seconds)
    except queue.Empty:
        raise httpcore.ConnectTimeout(f"{host} was not found in time") from None
    if isinstance(outcome, Exception):
        raise httpcore.ConnectError(f"{host}: {outcome}") from outcome
    return outcome


def is_public(address: str) -> bool:
    """Whether it is a host of the open internet, however the address is written or wrapped in another."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    return _is_open(ip) and all(map(_is_open, _wrapped(ip)))


def _is_open(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")  # NAT64: its last four bytes are an IPv4 address
_COMPATIBLE = ipaddress.ip_network("::/96")


def _wrapped(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    if isinstance(ip, ipaddress.IPv4Address):
        return []
    inner = [ip.ipv4_mapped, ip.sixtofour, *(ip.teredo or ())]
    if ip in _TRANSLATED or ip in _COMPATIBLE:
        inner.append(ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF))
    return [address for address in inner if address]
