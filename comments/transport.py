"""One HTTP call under one limit: name, connection, request, headers and body together.

httpx limits each phase and each read by itself: a server that drips a byte a second is never too late for it.
Here every wait gets what is left of the whole. Each call has a connection of its own: comments come minutes
apart, so there is nothing that threads or a fork could share, and no idle connection that breaks when needed.
"""

import httpcore
import httpx

from newsroom.lib.calls import Deadline, Network, certificates, web_address

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


class WholeCallTransport(httpx.BaseTransport):
    def __init__(self, seconds: float, max_bytes: int) -> None:
        self._seconds = seconds
        self._max_bytes = max_bytes

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        deadline = Deadline(self._seconds)
        url = web_address(request.url)
        with httpcore.HTTPConnection(
            url.origin,
            ssl_context=certificates() if url.scheme == b"https" else None,
            network_backend=Network(deadline),
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
