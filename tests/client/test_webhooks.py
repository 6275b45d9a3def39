"""Messages to a hook are verified by hmac: signed by one of the secrets, within the tolerance, and nothing else is believed."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook
from two_high_client import DeliveryRefused, read_webhook, verify_webhook

OLD, NEW = ("whsec_" + base64.b64encode(bytes([each]) * 32).decode() for each in (1, 2))
NOW = 1_764_000_000
BODY = json.dumps({"type": "review.recorded", "data": {"id": "7", "name": "虚构"}}, ensure_ascii=False).encode()


def signed(*secrets: str, at: int = NOW, body: bytes = BODY) -> dict[str, str]:
    """The headers of a message, made by the library that the server signs with."""
    day = datetime.fromtimestamp(at, UTC)
    signatures = " ".join(Webhook(each).sign("msg_1", day, body.decode()) for each in secrets)
    return {"Webhook-Id": "msg_1", "Webhook-Timestamp": str(at), "Webhook-Signature": signatures}


def test_what_the_server_signs_is_read() -> None:
    assert read_webhook(OLD, signed(OLD), BODY, now=NOW)["data"] == {"id": "7", "name": "虚构"}


@pytest.mark.parametrize("by", [(OLD,), (NEW,), (OLD, NEW), (NEW, OLD)])
def test_while_a_secret_is_replaced_both_are_believed(by: tuple[str, ...]) -> None:
    verify_webhook([OLD, NEW], signed(*by), BODY, now=NOW)


def test_a_secret_that_was_replaced_is_believed_no_longer() -> None:
    with pytest.raises(DeliveryRefused, match="does not fit"):
        verify_webhook([NEW], signed(OLD), BODY, now=NOW)


@pytest.mark.parametrize("away", [-300, -299, 0, 299, 300])
def test_within_the_tolerance(away: int) -> None:
    verify_webhook(OLD, signed(OLD, at=NOW + away), BODY, now=NOW)


@pytest.mark.parametrize("away", [-301, 301])
def test_beyond_the_tolerance(away: int) -> None:
    with pytest.raises(DeliveryRefused, match="too old"):
        verify_webhook(OLD, signed(OLD, at=NOW + away), BODY, now=NOW)
    verify_webhook(OLD, signed(OLD, at=NOW + away), BODY, now=NOW, tolerance=301)


@pytest.mark.parametrize(
    "changes",
    [
        {"Webhook-Id": ""}, {"Webhook-Id": "msg_2"}, {"Webhook-Timestamp": "soon"}, {"Webhook-Timestamp": str(NOW + 1)}, {"Webhook-Timestamp": "-1"},
        {"Webhook-Timestamp": "9" * 400}, {"Webhook-Signature": ""}, {"Webhook-Signature": "v1,"}, {"Webhook-Signature": "v1,***"}, {"Webhook-Signature": "none"},
        {"Webhook-Signature": signed(OLD)["Webhook-Signature"].replace("v1,", "v2,")}, {"Webhook-Signature": "v1,é"}, {"Webhook-Id": "\udc80"},
    ],
)  # fmt: skip
def test_what_was_altered_is_refused(changes: dict[str, str]) -> None:
    with pytest.raises(DeliveryRefused):
        verify_webhook(OLD, {**signed(OLD), **changes}, BODY, now=NOW)


@pytest.mark.parametrize("body", [BODY + b" ", BODY[:-1], b"", b"\xff"])
def test_an_altered_body_is_refused(body: bytes) -> None:
    with pytest.raises(DeliveryRefused, match="does not fit"):
        verify_webhook(OLD, signed(OLD), body, now=NOW)


@pytest.mark.parametrize("body", [b"[]", b"{", b"NaN"])
def test_a_signed_body_that_is_no_object_is_refused(body: bytes) -> None:
    with pytest.raises(DeliveryRefused, match="no JSON object"):
        read_webhook(OLD, signed(OLD, body=body), body, now=NOW)


@pytest.mark.parametrize("secrets", [[], "", "whsec_", "whsec_***", ["whsec_", OLD]])
def test_a_secret_that_is_none_is_the_receiver_s_mistake(secrets: str | list[str]) -> None:
    with pytest.raises(ValueError, match="secret"):
        verify_webhook(secrets, signed(OLD), BODY, now=NOW)
