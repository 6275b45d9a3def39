"""Who may do what: keys and people."""
