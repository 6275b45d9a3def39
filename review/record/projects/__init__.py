"""How a project stands, folded from its events."""
