"""The recommendation (建议): one word from the forces of what failed or is missing, per matter and overall.

It recommends; the officer decides. The words never claim to be the statutory opinion.
"""

from __future__ import annotations

from collections.abc import Iterable


def recommend(judged: Iterable[tuple[str, str]], stage: str | None) -> str:
    """The recommendation from pairs of force and status: the most severe that any of them calls for."""
    found = set(judged)
    if ("mandatory", "fail") in found:
        return "rectify" if stage in ("under_construction", "existing") else "reject"
    if found & {("mandatory", "missing"), ("in_principle", "missing")}:
        return "supplement"
    return "justify" if ("in_principle", "fail") in found else "approve"
