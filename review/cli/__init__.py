"""The commands of `two-high`, a module for each concern. What they need is imported when they run, so that each starts fast."""
