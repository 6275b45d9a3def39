"""A mail server of the tests' own (aiosmtpd), over loopback: notes what came, refuses whom it is told to."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

ENOUGH_SECONDS = 60
USER, PASSWORD = "two-high", "not-a-real-password-example"


@dataclass
class MailServer:
    """Mails in the order they came, with the addresses that the server was told to bring them to."""

    port: int = 0
    refused: set[str] = field(default_factory=set)
    busy: bool = False
    mails: list[tuple[list[str], EmailMessage]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if address in self.refused:
            return "550 5.1.1 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        if self.busy:
            return "451 4.3.0 try again later"
        assert isinstance(envelope.content, bytes)
        found = message_from_bytes(envelope.content, policy=policy.default)
        with self.arrived:
            self.mails.append((list(envelope.rcpt_tos), found))
            self.arrived.notify_all()
        return "250 OK"

    def wait(self, many: int) -> list[tuple[list[str], EmailMessage]]:
        """What came, once so many have come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.mails) >= many, ENOUGH_SECONDS), self.mails
            return list(self.mails)


@contextmanager
def mail_server(
    port: int | None = None, *, tls: ssl.SSLContext | None = None, starttls: ssl.SSLContext | None = None
) -> Iterator[MailServer]:
    """A server on loopback; encrypted from the beginning, or by STARTTLS, which then asks for a login."""
    found = MailServer(port or free_port())
    options: dict[str, Any] = {}
    if starttls is not None:
        options = {
            "tls_context": starttls,
            "require_starttls": True,
            "auth_required": True,
            "authenticator": _authenticated,
        }
    controller = Controller(found, hostname="127.0.0.1", port=found.port, ssl_context=tls, **options)
    controller.start()
    try:
        yield found
    finally:
        controller.stop()


def _authenticated(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    """Whether the login is the one it takes; `handled`: the server has yet to answer a refusal itself."""
    return AuthResult(success=(data.login, data.password) == (USER.encode(), PASSWORD.encode()), handled=False)


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def certified(folder: Path) -> tuple[ssl.SSLContext, Path]:
    """What a server at localhost speaks TLS with, and the certificate that its clients trust."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost",
         "-days", "2", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context, certificate
