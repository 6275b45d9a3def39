"""The server's log (日志): a line of JSON for each thing, its time in UTC, the same in every worker."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from io import TextIOWrapper

from review.record.storage.audit_log import login_hash

# What a line says of its own accord is put under this name of the record.
FIELDS = "fields"


class JsonLines(logging.Formatter):
    """A record as a line of JSON: time (UTC), level, logger, and what it says, or the fields it was given."""

    def format(self, record: logging.LogRecord) -> str:
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        said = getattr(record, FIELDS, None) or {"message": record.getMessage()}
        if record.exc_info:
            said = {**said, "error": self.formatException(record.exc_info)}
        line = {"at": at, "level": record.levelname, "logger": record.name, **said}
        written = json.dumps(line, ensure_ascii=False, default=str)
        if written.isprintable():
            return written
        # Nothing in a line moves the cursor of who reads it, or turns the line round.
        return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in written)


def set_up() -> None:
    """Have this process log on its error stream. Called in each worker, which is a process of its own."""
    if isinstance(sys.stderr, TextIOWrapper):
        # Chinese stays Chinese whatever the locale; what UTF-8 cannot write stays an escape of JSON.
        sys.stderr.reconfigure(encoding="utf-8", errors="backslashreplace")
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
    # What a migration loads does not belong in the server's log.
    logging.getLogger("alembic").setLevel(logging.WARNING)


def hashed(login: str) -> str:
    """A login that was tried in vain, as the audit log names it: what was typed may be a password."""
    return login_hash(login)
