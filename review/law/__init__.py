"""The law (依据): an edition of a ruleset, how it is loaded, its conditions, names, clauses and tables."""
