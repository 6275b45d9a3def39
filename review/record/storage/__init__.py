"""Where the record is stored: tables, the chain of events, one writer, backups, migrations."""
