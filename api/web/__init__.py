"""The web pages: for officers, auditors and administrators. Plain pages and forms that work without JavaScript."""
