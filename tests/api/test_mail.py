"""Mail over an encrypted connection, the settings of it, and the address on the page of a person and on the command line."""

from __future__ import annotations

import asyncio
import socket
import threading
from pathlib import Path
from typing import Any

import pytest

from api.mailing import Mailer, message_of
from api.settings import Settings, read_settings, shown
from review.errors import Refused
from review.record.access.addresses import set_address
from review.record.access.people import add_person
from review.record.cases.case_days import hand_over
from review.record.storage.actors import acting
from review.record.storage.store import Store
from review.record.work import mails
from review.record.work.mails import WaitingMail
from tests.api.mail_server import PASSWORD, USER, certified, mail_server
from tests.record.projects import OFFICER, project, recorded

SENDER: dict[str, Any] = {"smtp_host": "localhost", "mail_from": "two-high@office.example"}


def told(store: Store) -> Store:
    """A record in which a mail is to be sent."""
    add_person(store, "jia", "示例人员", "officer", "test")
    set_address(store, "jia", "jia@office.example", acting(OFFICER))
    hand_over(store, recorded(store, project("M-1")).project, "jia", OFFICER)
    return store


def sent(store: Store, **settings: Any) -> dict[str, int]:
    """One round with these settings; what waits and was given up after it."""
    asyncio.run(Mailer(store, Settings(**{**SENDER, "smtp_attempts": 1, **settings})).round())
    with store.reading() as connection:
        return mails.depths(connection)


def test_mail_goes_by_starttls_with_a_login_and_a_certificate_that_is_trusted(store: Store, tmp_path: Path) -> None:
    context, certificate = certified(tmp_path)
    password = tmp_path / "password"
    password.write_text(f"{PASSWORD}\n", encoding="utf-8")
    with mail_server(starttls=context) as server:
        settings = {"smtp_port": server.port, "smtp_user": USER, "smtp_roots": str(certificate)}
        assert sent(told(store), smtp_password_file=str(password), **settings) == {"waiting": 0, "dead": 0}
    [(to, _)] = server.mails
    assert to == ["jia@office.example"]


def test_mail_goes_by_tls(store: Store, tmp_path: Path) -> None:
    context, certificate = certified(tmp_path)
    with mail_server(tls=context) as server:
        settings = {"smtp_port": server.port, "smtp_security": "tls", "smtp_roots": str(certificate)}
        assert sent(told(store), **settings) == {"waiting": 0, "dead": 0}
    assert len(server.mails) == 1


@pytest.mark.parametrize("changes", [{"smtp_roots": None}, {"smtp_password": "wrong"}, {"smtp_security": "tls"}])
def test_nothing_is_sent_to_a_server_that_is_not_proven_or_does_not_take_the_login(
    store: Store, tmp_path: Path, changes: dict[str, Any]
) -> None:
    context, certificate = certified(tmp_path)
    with mail_server(starttls=context) as server:
        settings = {
            "smtp_port": server.port,
            "smtp_user": USER,
            "smtp_password": PASSWORD,
            "smtp_roots": str(certificate),
        }
        assert sent(told(store), **{**settings, **changes}) == {"waiting": 0, "dead": 1}
    assert server.mails == []


def test_a_server_that_speaks_too_slowly_is_given_up(store: Store) -> None:
    listening = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()

    def drip() -> None:
        with listening, listening.accept()[0] as connection:
            while not over.wait(0.05):
                try:
                    connection.sendall(b"2")
                except OSError:
                    return

    thread = threading.Thread(target=drip)
    thread.start()
    try:
        settings = {"smtp_port": listening.getsockname()[1], "smtp_security": "none", "smtp_timeout_seconds": 0.5}
        assert sent(told(store), smtp_host="127.0.0.1", **settings) == {"waiting": 0, "dead": 1}
    finally:
        over.set()
        thread.join()


@pytest.mark.parametrize(
    "settings",
    [
        {"smtp_host": "mail.office.example"},
        {"smtp_host": "mail.office.example", "mail_from": "no address"},
        {**SENDER, "smtp_user": "x"},
        {**SENDER, "smtp_user": "x", "smtp_password": "y", "smtp_password_file": "z"},
        {**SENDER, "smtp_user": "x", "smtp_password": "y", "smtp_security": "none"},
        {**SENDER, "public_url": "https://office.example/ x"},
        {**SENDER, "public_url": "javascript:alert(1)"},
    ],
)
def test_settings_that_do_not_go_together_are_refused(settings: dict[str, Any]) -> None:
    with pytest.raises(Refused):
        read_settings(**settings)


def test_the_password_is_never_shown() -> None:
    settings = Settings(**SENDER, smtp_user="x", smtp_password="secret-example")
    assert "secret-example" not in f"{settings} {shown(settings)}" and settings.smtp_secret() == "secret-example"


def test_a_name_cannot_break_a_header_or_a_line() -> None:
    words = {"zh": "待我决定", "en": "for me to decide"}
    mail = WaitingMail("a" * 32, "jia@office.example", ({"words": words, "name": "甲\r\nBcc: x@y.example", "path": "/projects/1"},), 1, 0)  # fmt: skip
    found = message_of(mail, "jia@office.example", Settings(**SENDER))
    assert "Bcc" not in found and "- 待我决定：甲 Bcc: x@y.example\n" in found.get_content().replace("\r\n", "\n")
    with pytest.raises(ValueError, match="linefeed"):
        message_of(mail, "jia@office.example\r\nBcc: x@y.example", Settings(**SENDER))
