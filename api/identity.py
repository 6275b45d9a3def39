"""The caller, by whatever is presented: a key, a session of someone who signed in, or a token of single sign-on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from api.settings import Settings
from review.errors import Fault, Refused, Text
from review.record.access.callers import Principal
from review.record.access.keys import KnownKeys
from review.record.access.sessions import is_session, session_of
from review.record.access.single_sessions import is_single_session, single_session_of
from review.record.storage.store import Store

if TYPE_CHECKING:
    from api.oidc import Provider


@dataclass(frozen=True)
class Identities:
    """The ways in that are open."""

    provider: Provider | None
    keys: KnownKeys

    @classmethod
    def of(cls, settings: Settings, store: Store) -> Identities:
        """Raises Refused where single sign-on is set and the extra `oidc` is not installed."""
        if not settings.oidc_issuer:
            return cls(None, KnownKeys(store))
        try:
            from api.oidc import Provider
        except ImportError as error:
            words = Text(
                "需要安装扩展 oidc：pip install 'two-high-review[oidc]'",
                "needs the extra oidc: pip install 'two-high-review[oidc]'",
            )
            raise Refused([Fault("oidc_issuer", words)]) from error
        return cls(Provider(settings.oidc_issuer, settings.oidc_audience, settings.oidc_roles), KnownKeys(store))

    def principal(self, store: Store, token: str) -> Principal | None:
        """Who presents this token; None where nobody does. Raises SignInUnavailable, RecordUnavailable."""
        if self.provider is not None and self.provider.is_ours(token):
            return self.provider.principal(token)
        single = is_single_session(token)
        if not (single or is_session(token)):
            return self.keys.authenticate(token)
        with store.reading() as connection:
            return single_session_of(connection, token) if single else session_of(connection, token)
