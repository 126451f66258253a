"""A WebSub hub for tests: a real HTTP server that notes what it is told and answers as the test says."""

from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs


class Hub:
    def __init__(self) -> None:
        self.told: list[dict[str, list[str]]] = []
        self.answer: Callable[[str], int] = lambda topic: 204  # 0: hangs up
        hub = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
                hub.told.append(said)
                if status := hub.answer(said["hub.url"][0]):
                    self.send_response(status)
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                else:
                    self.close_connection = True

            def log_message(self, *words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hub"

    def __enter__(self) -> "Hub":
        self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def topics(self) -> list[str]:
        """What it was told of since it was last asked, without the host."""
        told, self.told = self.told, []
        assert all(said["hub.mode"] == ["publish"] for said in told)
        return [topic.removeprefix("http://testserver") for said in told for topic in said["hub.url"]]
