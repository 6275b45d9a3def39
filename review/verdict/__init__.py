"""Outcomes → what a person reads: findings, recommendation, supplement, notes, how it was computed."""
