"""Search over the record (检索): what each event says in words, by project, source or proposal; found by any of it."""
