"""The record's schema, version by version (Alembic). A record made by an older version is brought up when it is opened."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection

HEAD = "0022"


def migrate(connection: Connection) -> None:
    """Bring the schema to this version inside the caller's transaction. Raises RecordUnavailable for a newer record."""
    from alembic import command
    from alembic.config import Config
    from alembic.util import CommandError

    from review.errors import Fault, RecordUnavailable, Text

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    try:
        command.upgrade(config, "head")
    except CommandError as error:
        words = Text(
            "该记录由更新版本的程序建立，请升级本程序",
            "the record was made by a newer version of the product: upgrade it",
        )
        raise RecordUnavailable([Fault("--database", words)]) from error
