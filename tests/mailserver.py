"""A real mail server, which keeps what it gets, and refuses what it is told to."""

import email
import email.policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller


class MailServer:
    """Listens on 127.0.0.1. Can be stopped and started again on the same port; what it has stays."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.mails: list[EmailMessage] = []
        self.refusals: dict[str, str] = {}  # address: what the server says to RCPT
        self.answer = "250 OK"  # to the end of DATA
        self._controller: Controller | None = None

    def start(self) -> None:
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self._controller.start()

    def stop(self) -> None:
        controller, self._controller = self._controller, None
        if controller:
            controller.stop()

    def __enter__(self) -> "MailServer":
        self.start()
        return self

    def __exit__(self, *_exception: Any) -> None:
        self.stop()

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if address in self.refusals:
            return self.refusals[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:  # noqa: N802  # aiosmtpd's name
        if self.answer.startswith("250"):
            mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
            mail["X-To"] = ", ".join(envelope.rcpt_tos)
            self.mails.append(mail)
        return self.answer
