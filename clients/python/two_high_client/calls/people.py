"""The office, sessions, accounts, known people and keys."""

from __future__ import annotations

from collections.abc import Sequence

from two_high_client.answers.office import EventMade, OfficeEntry
from two_high_client.answers.people import (  # fmt: skip
    Key,
    KeyMade,
    KnownPerson,
    Me,
    Person,
    PersonMade,
    RecoveryCodes,
    SecondFactorBegun,
    SessionMade,
    SignInRules,
)
from two_high_client.declarations import nothing, of, one
from two_high_client.operations import Asked
from two_high_client.words import Role
from two_high_client.writing import body, json_bytes, stated


class PeopleCalls:
    """Calls about who may do what."""

    @one("POST", "/sessions", of(SessionMade))
    def sign_in(self, login: str, password: str, *, code: str | None = None) -> Asked:
        """Sign in, with a one-time or recovery `code` where it is asked for; the token is the `key` of another client."""
        return Asked(body=body(login=login, password=password, code=code))

    @one("DELETE", "/sessions", nothing)
    def sign_out(self) -> Asked:
        """End the session whose token the client has."""
        return Asked()

    @one("GET", "/me", of(Me))
    def me(self) -> Asked:
        """Who the caller is."""
        return Asked()

    @one("POST", "/password", nothing)
    def change_password(self, current: str, new: str) -> Asked:
        """Change the caller's own password; every session of theirs ends."""
        return Asked(body=body(current=current, new=new))

    @one("POST", "/second-factor", of(SecondFactorBegun))
    def begin_second_factor(self, password: str) -> Asked:
        """Begin to set up one's own second factor."""
        return Asked(body=body(password=password))

    @one("POST", "/second-factor/confirm", of(RecoveryCodes))
    def confirm_second_factor(self, code: str) -> Asked:
        """Have one's own second factor asked for from now on; every other session of the caller's ends."""
        return Asked(body=body(code=code))

    @one("POST", "/second-factor/end", nothing)
    def end_second_factor(self, code: str) -> Asked:
        """End one's own second factor."""
        return Asked(body=body(code=code))

    @one("DELETE", "/people/{login}/second-factor", nothing)
    def take_away_second_factor(self, login: str, *, reason: str) -> Asked:
        """Take away the second factor of somebody who lost it."""
        return Asked({"login": login}, stated(reason=reason))

    @one("GET", "/sign-in-rules", of(SignInRules))
    def sign_in_rules(self) -> Asked:
        """Which roles must have a second factor."""
        return Asked()

    @one("PUT", "/sign-in-rules", of(SignInRules))
    def set_sign_in_rules(self, second_factor_roles: Sequence[Role], reason: str) -> Asked:
        """Set which roles must have a second factor."""
        return Asked(body=body(second_factor_roles=[*second_factor_roles], reason=reason))

    @one("GET", "/people", of(list[Person]))
    def people(self) -> Asked:
        """The accounts."""
        return Asked()

    @one("POST", "/people", of(PersonMade))
    def add_person(self, login: str, name: str, role: Role) -> Asked:
        """Make an account; its first password is shown this once."""
        return Asked(body=body(login=login, name=name, role=role))

    @one("POST", "/people/{login}/password", of(PersonMade))
    def reset_password(self, login: str, reason: str) -> Asked:
        """Give an account a first password again."""
        return Asked({"login": login}, body=body(reason=reason))

    @one("DELETE", "/people/{login}", nothing)
    def end_person(self, login: str, *, reason: str | None = None) -> Asked:
        """End an account."""
        return Asked({"login": login}, stated(reason=reason))

    @one("GET", "/known-people", of(list[KnownPerson]))
    def known_people(self) -> Asked:
        """The people made known by the subject that another system calls them."""
        return Asked()

    @one("POST", "/known-people", of(KnownPerson))
    def know_person(self, subject: str, name: str) -> Asked:
        """Make a person known."""
        return Asked(body=body(subject=subject, name=name))

    @one("DELETE", "/known-people/{subject}", nothing)
    def forget_person(self, subject: str, *, reason: str | None = None) -> Asked:
        """Say that a person is known no longer."""
        return Asked({"subject": subject}, stated(reason=reason))

    @one("PUT", "/known-people/{subject}/rule-keeper", of(EventMade), again=True)
    def set_rule_keeper(self, subject: str, on: bool, reason: str) -> Asked:
        """Give a person the right to confirm changes of the rules, or take it; the same once more records nothing."""
        return Asked({"subject": subject}, body=body(on=on, reason=reason))

    @one("PUT", "/known-people/{subject}/address", of(EventMade))
    def set_address(self, subject: str, address: str | None) -> Asked:
        """Enter where a person gets mail; None for nowhere."""
        return Asked({"subject": subject}, body=json_bytes({"address": address}))

    @one("GET", "/office", of(OfficeEntry))
    def office(self) -> Asked:
        """What papers say of the office."""
        return Asked()

    @one("PUT", "/office", nothing)
    def set_office(
        self, *, name: str = "", series: str = "", contact: str = "", telephone: str = "", address: str = ""
    ) -> Asked:
        """Enter what papers say of the office: its name, the series of its documents, and how it is reached."""
        entry = body(name=name, series=series, contact=contact, telephone=telephone, address=address)
        return Asked(body=entry)

    @one("GET", "/keys", of(list[Key]))
    def keys(self) -> Asked:
        """The keys, without their secrets."""
        return Asked()

    @one("POST", "/keys", of(KeyMade))
    def add_key(self, name: str, role: Role, *, days: int | None = None) -> Asked:
        """Make a key, shown this once."""
        return Asked(body=body(name=name, role=role, days=days))

    @one("DELETE", "/keys/{key}", nothing)
    def remove_key(self, key: str, *, reason: str | None = None) -> Asked:
        """Revoke a key by its id."""
        return Asked({"key": key}, stated(reason=reason))
