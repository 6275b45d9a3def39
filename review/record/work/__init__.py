"""What goes on in the background: webhooks, replays, verifications."""
