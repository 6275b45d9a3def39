"""The client has moved to a distribution of its own, `two-high-client`, which depends on httpx alone; this module hands it on, with a DeprecationWarning."""

from __future__ import annotations

import warnings

try:
    from two_high_client import AsyncClient, CallError, CallRefused, Client, NoAnswer, SheetError, read_webhook
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "客户端是单独的发行包：请安装 two-high-client，并改用 import two_high_client / "
        "the client is a distribution of its own: install two-high-client, and import two_high_client instead",
        name=error.name,
    ) from error

__all__ = ["AsyncClient", "CallError", "CallRefused", "Client", "NoAnswer", "SheetError", "read_webhook"]

warnings.warn("api.client has moved: import two_high_client instead", DeprecationWarning, stacklevel=2)
