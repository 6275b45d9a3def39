"""Sending the mail of inboxes over SMTP: plain text, Chinese first, within time limits; a server that fails blocks neither pages nor hooks."""

from __future__ import annotations

import asyncio
import logging
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from typing import Any

from api.settings import Settings
from review.clock import utc_now
from review.errors import RecordUnavailable, Text, TwoHighError
from review.record.access.addresses import list_addressed
from review.record.storage.store import Store
from review.record.work import mails
from review.record.work.mails import Line, WaitingMail

_LOG = logging.getLogger("api")
AT_ONCE = 4
# A server that refuses for good says so with a code of 500 or more.
_FOR_GOOD = 500
# How what is stored fails that is not as it was written.
_UNMADE = (LookupError, ValueError, TypeError)


@dataclass(frozen=True)
class Outcome:
    """How an attempt went: None where the server took the mail, else a fault without any address; `final`: another attempt is in vain."""

    mail: WaitingMail
    fault: str | None = None
    final: bool = False


class Mailer:
    """Looks into the inboxes, leases mails, sends them, and notes how it went. Without a server set there is nothing to do."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store, self.settings = store, settings
        self._looked = float("-inf")

    async def round(self) -> bool:
        """Gather what is new where it is time to, and send what is due; whether there was anything to send."""
        if self.settings.smtp_host is None:
            return False
        if time.monotonic() - self._looked >= self.settings.mail_seconds:
            await asyncio.to_thread(self._gather)
            self._looked = time.monotonic()
        found = await asyncio.to_thread(self._lease)
        outcomes = await asyncio.gather(*(asyncio.to_thread(self._sent, each) for each in found))
        if outcomes:
            await asyncio.to_thread(self._settle, outcomes)
        return bool(found)

    def _gather(self) -> None:
        """Read every inbox; one that cannot be read is logged, and the others are read all the same. Raises RecordUnavailable."""
        with self.store.reading() as connection:
            found = list_addressed(connection)
        for each in found:
            try:
                mails.gather(self.store, each)
            except RecordUnavailable:
                raise
            except (TwoHighError, *_UNMADE) as error:
                _LOG.error("the inbox of %s could not be read: %s", each.person.subject, type(error).__name__)

    def _lease(self) -> Sequence[WaitingMail]:
        with self.store.reading() as connection:
            if not mails.anything_due(connection):
                return ()
        # Long enough for an attempt, so that no other worker sends the same meanwhile.
        seconds = self.settings.smtp_timeout_seconds * 2 + self.settings.busy_seconds
        with self.store.writing() as connection:
            return mails.lease(connection, AT_ONCE, seconds)

    def _settle(self, outcomes: Iterable[Outcome]) -> None:
        settings = self.settings
        with self.store.writing() as connection:
            for each in outcomes:
                state = mails.settle(
                    connection, each.mail, each.fault, final=each.final, attempts=settings.smtp_attempts, wait_seconds=settings.smtp_wait_seconds
                )  # fmt: skip
                if state == mails.DEAD:
                    _LOG.warning("mail %s was given up: %s", each.mail.id, each.fault)

    def _sent(self, mail: WaitingMail) -> Outcome:
        if mail.address is None:
            return Outcome(mail, "no address", final=True)
        try:
            message = message_of(mail, mail.address, self.settings)
        except _UNMADE as error:
            _LOG.error("mail %s could not be made: %s", mail.id, type(error).__name__)
            return Outcome(mail, "could not be made: see the log")
        try:
            with _connected(self.settings) as server:
                server.send_message(message, self.settings.mail_from, [mail.address])
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _ in error.recipients.values())
            return Outcome(mail, f"recipient refused: {code}", final=code >= _FOR_GOOD)
        except smtplib.SMTPResponseException as error:
            return Outcome(mail, f"refused: {type(error).__name__} {error.smtp_code}")
        except (smtplib.SMTPException, OSError, ValueError) as error:
            return Outcome(mail, f"not sent: {type(error).__name__}")
        return Outcome(mail)


class _Plain(smtplib.SMTP):
    """A connection that is broken off when `timeout` seconds are over in all, not from one answer to the next alone."""

    def __init__(self, host: str, port: int, name: str, *, timeout: float, **options: Any) -> None:
        self.overdue = threading.Timer(timeout, self._break_off)
        self.overdue.daemon = True
        self.overdue.start()
        try:
            super().__init__(host, port, name, timeout=timeout, **options)
        except BaseException:
            self.overdue.cancel()
            raise

    def _break_off(self) -> None:
        if self.sock is not None:
            with suppress(OSError):
                self.sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.overdue.cancel()
        super().close()


class _Encrypted(_Plain, smtplib.SMTP_SSL):
    """The same, encrypted from the beginning."""


@contextmanager
def _connected(settings: Settings) -> Iterator[smtplib.SMTP]:
    """A connection to the server, as it is set, signed in; broken off when its time is over, however slowly the server speaks."""
    host, limit = settings.smtp_host or "", settings.smtp_timeout_seconds
    name = (settings.mail_from or "").rpartition("@")[2]
    encrypted = ssl.create_default_context(cafile=settings.smtp_roots)
    server: _Encrypted | _Plain
    if settings.smtp_security == "tls":
        server = _Encrypted(host, settings.smtp_port, name, timeout=limit, context=encrypted)
    else:
        server = _Plain(host, settings.smtp_port, name, timeout=limit)
    try:
        if settings.smtp_security == "starttls":
            server.starttls(context=encrypted)
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_secret())
        yield server
        # The mail is taken by then: what becomes of the farewell does not matter.
        with suppress(smtplib.SMTPException, OSError):
            server.quit()
    finally:
        server.close()


def message_of(mail: WaitingMail, address: str, settings: Settings) -> EmailMessage:
    """The mail to a person: what entered the inbox by name, what is to be done, and where; the same id each time."""
    sender = settings.mail_from or ""
    found = EmailMessage(policy=SMTP)
    found["Subject"] = f"“两高”审查：收件箱有新事项 {mail.many} 件 / {mail.many} new in your inbox"
    found["From"], found["To"] = sender, address
    found["Date"] = format_datetime(utc_now())
    found["Message-ID"] = f"<{mail.id}@{sender.rpartition('@')[2]}>"
    found["Auto-Submitted"] = "auto-generated"
    found.set_content(
        "\n".join((*_part(mail, "zh", settings.public_url), "", *_part(mail, "en", settings.public_url), "")),
        cte="base64",
    )
    return found


def _part(mail: WaitingMail, language: str, base: str | None) -> Iterable[str]:
    chinese = language == "zh"
    head = Text("您的收件箱有新的事项：", "New in your inbox:")
    yield head.zh if chinese else head.en
    for each in mail.lines:
        yield f"- {_said(each, chinese)}" + (f"  {base.rstrip('/')}{each['path']}" if base else "")
    if (more := mail.many - len(mail.lines)) > 0:
        yield f"另有 {more} 件，见收件箱。" if chinese else f"{more} more: see your inbox."
    if base:
        yield f"收件箱：{base.rstrip('/')}/inbox" if chinese else f"Inbox: {base.rstrip('/')}/inbox"
    yield "本邮件由系统发出，请勿回复。" if chinese else "Sent by the system: please do not reply."


def _said(line: Line, chinese: bool) -> str:
    words = line["words"]["zh" if chinese else "en"]
    # A name may contain line breaks, and a header may not.
    name = " ".join((line["name"] or "").split())
    return f"{words}：{name}" if chinese and name else f"{words}: {name}" if name else words
