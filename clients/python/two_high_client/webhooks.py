"""Messages that come to a hook: signed by the Standard Webhooks scheme (HMAC-SHA256), verified before anything of them is read."""

from __future__ import annotations

import base64
import binascii
import hmac
import time
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from two_high_client.errors import DeliveryRefused
from two_high_client.reading import json_of

# How far the time of a message may be from the receiver's, before and after.
TOLERANCE_SECONDS = 300
_PREFIX = "whsec_"


def verify_webhook(
    secrets: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    tolerance: int = TOLERANCE_SECONDS,
    now: float | None = None,
) -> None:
    """That a message was signed by one of the secrets (while one is replaced, both), within `tolerance` seconds of `now`.

    `body`: the bytes as they came; `now`: seconds since 1970, by default the clock's. Raises DeliveryRefused; ValueError for a secret that is none.
    """
    keys = [_key(each) for each in ([secrets] if isinstance(secrets, str) else secrets)]
    if not keys:
        raise ValueError("没有密钥 / there is no secret")
    sent = {name.lower(): value for name, value in headers.items()}
    message, at, signatures = (sent.get(f"webhook-{name}", "") for name in ("id", "timestamp", "signature"))
    if not (message and at and signatures):
        _refuse(
            "缺少 webhook-id、webhook-timestamp 或 webhook-signature", "webhook-id, -timestamp or -signature is missing"
        )
    if not (at.isascii() and at.isdigit() and len(at) <= 12):
        _refuse("webhook-timestamp 不是时间", "webhook-timestamp is no time")
    if abs((time.time() if now is None else now) - int(at)) > tolerance:
        _refuse("消息过旧或时间在后", "the message is too old, or of a time to come")
    content = f"{message}.{at}.".encode("utf-8", "surrogatepass") + body
    wanted = [hmac.digest(key, content, "sha256") for key in keys]
    given = [_signature(each) for each in signatures.split()]
    # Every pair is compared, so that the time taken says nothing of which fits.
    if not any([hmac.compare_digest(one, other) for one in wanted for other in given]):
        _refuse("签名不符", "the signature does not fit")


def read_webhook(
    secrets: str | Sequence[str],
    headers: Mapping[str, str],
    body: bytes,
    *,
    tolerance: int = TOLERANCE_SECONDS,
    now: float | None = None,
) -> dict[str, Any]:
    """A message that was sent to a hook, its signature and age verified: `type`, `timestamp`, `data`.

    A message may come more than once: take each `webhook-id` once. Raises as `verify_webhook`.
    """
    verify_webhook(secrets, headers, body, tolerance=tolerance, now=now)
    try:
        found = json_of(body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        _refuse("内容不是 JSON 对象", "the content is no JSON object")
    return found


def _key(secret: str) -> bytes:
    encoded = secret.removeprefix(_PREFIX)
    try:
        key = base64.b64decode(encoded + "=" * (-len(encoded) % 4), validate=True)
    except (binascii.Error, ValueError):
        key = b""
    if not key:
        raise ValueError("密钥应为 whsec_ 加 base64 / a secret is whsec_ and base64")
    return key


def _signature(stated: str) -> bytes:
    """A stated signature of the scheme's first version; what is none fits nothing."""
    version, _, encoded = stated.partition(",")
    try:
        return base64.b64decode(encoded, validate=True) if version == "v1" else b""
    except (binascii.Error, ValueError):
        return b""


def _refuse(zh: str, en: str) -> NoReturn:
    raise DeliveryRefused(f"{zh} / {en}")
