"""Alembic's entry: the connection and its transaction are the caller's."""

from alembic import context

# Imported so that Alembic knows their tables too.
from review.record.storage import operations  # noqa: F401
from review.record.storage.tables import RECORD_TABLES

context.configure(connection=context.config.attributes["connection"], target_metadata=RECORD_TABLES[0].metadata)
context.run_migrations()
