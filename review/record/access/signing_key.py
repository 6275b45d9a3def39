"""The key that signs checkpoints (签署密钥): its replacement is an event, so that who reads the record sees when, by whom and why."""

from __future__ import annotations

import base64
import binascii

from review.record.storage.actors import Actor
from review.record.storage.bodies import Body
from review.record.storage.journal import append, drafted
from review.record.storage.key_file import known_keys
from review.record.storage.store import Store
from review.record.storage.text_limits import validate_words

SETTING = "signing_key"
_LENGTH = 32


def replace_key(store: Store, reason: str | None, actor: Actor) -> str:
    """Make another key file after the old one was lost or seen by others, and record the new public key, which is returned in base64.

    The old file must be gone. Raises Refused, KeyFileUnusable, RecordUnavailable; then nothing is recorded.
    """
    validate_words({"reason": reason, "by": actor.name}, required=("reason", "by"))
    said = (reason or "").strip()
    with store.writing() as connection:
        ended = known_keys(connection)
        made = store.key_file.replace(connection, said).public
        body: Body = {"setting": SETTING, "value": made, "ended": ended, "reason": said}
        append(connection, drafted("setting", actor, body))
    return made


def key_is_sound(name: str, value: str) -> bool:
    """Whether a recorded replacement names a public key; other settings are not for here to say."""
    if name != SETTING:
        return True
    try:
        return len(base64.b64decode(value, validate=True)) == _LENGTH
    except (binascii.Error, ValueError):
        return False
