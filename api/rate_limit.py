"""What is left of a key's quota, as headers of each answer: RateLimit and RateLimit-Policy of draft-ietf-httpapi-ratelimit-headers-10."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping, MutableMapping
from typing import Any

WINDOW_SECONDS = 60
# What the quota is called in both headers.
POLICY = "key"
_SCOPE = "rate_limit"


def state_quota(scope: MutableMapping[str, Any], most: int, left: int, reset: float) -> None:
    """State for the answer of a request: so many requests a minute, so many left, the window moving on at `reset` (seconds since 1970)."""
    seconds = min(max(1, math.ceil(reset - time.time())), WINDOW_SECONDS)
    scope[_SCOPE] = {
        b"ratelimit-policy": f'"{POLICY}";q={most};w={WINDOW_SECONDS}'.encode(),
        b"ratelimit": f'"{POLICY}";r={max(0, left)};t={seconds}'.encode(),
    }


def headers_of(scope: Mapping[str, Any]) -> tuple[tuple[bytes, bytes], ...]:
    """The headers of a request's answer; none where no key's quota was asked."""
    stated: Mapping[bytes, bytes] = scope.get(_SCOPE, {})
    return tuple(stated.items())
