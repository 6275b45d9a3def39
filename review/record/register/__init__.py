"""The register of reduction sources: entries, balances, history."""
