"""The faults of a ruleset (规则检查): every mistake that an author can make is named with file and line before a project is judged by it."""

from review.lint.coverage import coverage_faults
from review.lint.linting import Against, lint_folder

__all__ = ["Against", "coverage_faults", "lint_folder"]
