"""Traces (W3C Trace Context): the trace that a caller names by `traceparent` is told in the log, and carried on by the webhooks of what it recorded."""

from __future__ import annotations

import re
import secrets

# Version, trace, the caller's own part, flags. Of later versions what follows is passed over, as the standard says.
_PARENT = re.compile(r"(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-([0-9a-f]{2})(-.*)?")


def taken(traceparent: str) -> str | None:
    """The trace that a header names, `TRACE-ID-FLAGS`; None where it is none that can be taken over."""
    match = _PARENT.fullmatch(traceparent)
    if match is None or (match[3] is not None and traceparent.startswith("00")):
        return None
    return f"{match[1]}-{match[2]}"


def continued(trace: str) -> str:
    """The header that carries a trace on, with a part of our own."""
    number, _, flags = trace.partition("-")
    return f"00-{number}-{secrets.token_hex(8)}-{flags}"
