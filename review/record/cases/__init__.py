"""What happens to a case: submissions, decisions, a second person, drafts, past decisions."""
