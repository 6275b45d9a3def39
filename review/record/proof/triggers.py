"""The triggers that refuse change (触发器): each must stand as the schema made it, and no other beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from sqlalchemy import Connection, text

from review.errors import Text
from review.record.proof.breaks import Break
from review.record.storage.audit_tables import AUDIT_TABLES
from review.record.storage.tables import RECORD_TABLES

_REFUSAL = "the record is append-only"
# BEFORE, DELETE, UPDATE and TRUNCATE, for each statement, as PostgreSQL writes it in bits.
_BEFORE_CHANGE = 2 + 8 + 16 + 32


def trigger_breaks(connection: Connection, position: int) -> Iterator[Break]:
    """Triggers that are gone, were changed, or were put beside those of the schema; `position` is that of the last event."""
    expected: Mapping[str, Any]
    found: Mapping[str, Any]
    if connection.dialect.name == "sqlite":
        expected, found = _sqlite_expected(), _sqlite_found(connection)
    else:
        expected, found = _postgresql_expected(), _postgresql_found(connection)
        if (role := connection.execute(text("SHOW session_replication_role")).scalar()) != "origin":
            yield _break(position, "-", f"触发器被关闭（session_replication_role = {role}）", f"triggers are turned off (session_replication_role = {role})")  # fmt: skip
    for name, made in expected.items():
        if name not in found:
            yield _break(position, name, "拒绝改动的触发器不在了", "the trigger that refuses change is gone")
        elif found[name] != made:
            yield _break(position, name, "拒绝改动的触发器被改动", "the trigger that refuses change was altered")
    for name in sorted(found.keys() - expected.keys()):
        yield _break(position, name, "多出的触发器", "a trigger too many")


def _break(position: int, name: str, zh: str, en: str) -> Break:
    return Break(position, "trigger", name, Text(zh, en))


def _sqlite_expected() -> dict[str, str]:
    made = {}
    for each in (*RECORD_TABLES, *AUDIT_TABLES):
        for act in ("UPDATE", "DELETE"):
            made[f"{each.name}_no_{act.lower()}"] = (
                f"CREATE TRIGGER {each.name}_no_{act.lower()} BEFORE {act} ON {each.name} BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
            )
        same = " AND ".join(f"{column.name} = NEW.{column.name}" for column in each.primary_key.columns)
        made[f"{each.name}_no_replace"] = (
            f"CREATE TRIGGER {each.name}_no_replace BEFORE INSERT ON {each.name} WHEN EXISTS (SELECT 1 FROM {each.name} WHERE {same}) "
            f"BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )
    return {name: _folded(words) for name, words in made.items()}


def _sqlite_found(connection: Connection) -> dict[str, str]:
    rows = connection.execute(text("SELECT name, tbl_name, sql FROM sqlite_master WHERE type = 'trigger'"))
    ours = {each.name for each in (*RECORD_TABLES, *AUDIT_TABLES)}
    return {row.name: _folded(row.sql) for row in rows if row.tbl_name in ours}


def _folded(words: str) -> str:
    """One wording however it is spaced and quoted."""
    return " ".join(words.replace('"', "").split())


def _postgresql_expected() -> dict[str, Any]:
    made = ("O", _BEFORE_CHANGE, "record_refuse", _folded(f"BEGIN RAISE EXCEPTION '{_REFUSAL}'; END"))
    return {f"{each.name}_no_change": made for each in (*RECORD_TABLES, *AUDIT_TABLES)}


def _postgresql_found(connection: Connection) -> Mapping[str, Any]:
    """Name → enabled, when it acts, the function that it calls and its body; enabled always ("A") is as good."""
    query = text(
        "SELECT t.tgname, t.tgenabled, t.tgtype, p.proname, p.prosrc FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
        "JOIN pg_proc p ON p.oid = t.tgfoid WHERE NOT t.tgisinternal AND c.relnamespace = current_schema()::regnamespace AND c.relname = ANY(:ours)"
    )
    ours = [each.name for each in (*RECORD_TABLES, *AUDIT_TABLES)]
    return {
        row.tgname: (_enabled(row.tgenabled), row.tgtype, row.proname, _folded(row.prosrc))
        for row in connection.execute(query, {"ours": ours})
    }


def _enabled(state: Any) -> str:
    shown = state.decode() if isinstance(state, bytes) else str(state)
    return "O" if shown == "A" else shown
