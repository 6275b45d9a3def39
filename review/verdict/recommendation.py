"""The recommendation (建议): one word from the forces of what failed or is missing, per matter and overall.

It recommends; the officer decides. The words never claim to be the statutory opinion.
"""

from __future__ import annotations

from collections.abc import Iterable

from review.errors import Text

WORDS = {
    "reject": Text("不予批准", "reject"),
    "rectify": Text("限期整改", "rectify by a date"),
    "supplement": Text("补充材料", "supplement the file"),
    "justify": Text("补充论证", "justify"),
    "approve": Text("未发现不符合情形", "nothing found that does not conform"),
}
MATTER_WORDS = {
    "energy_review": Text("节能审查", "energy review"),
    "eia": Text("环评", "environmental impact assessment"),
    "capacity": Text("产能置换", "capacity replacement"),
    "filing": Text("备案与产业政策", "filing and industrial policy"),
    "operation": Text("事中事后", "construction and operation"),
}


def recommend(judged: Iterable[tuple[str, str]], stage: str | None) -> str:
    """The recommendation from pairs of force and status: the gravest that any of them calls for."""
    found = set(judged)
    if ("mandatory", "fail") in found:
        return "rectify" if stage in ("under_construction", "existing") else "reject"
    if found & {("mandatory", "missing"), ("in_principle", "missing")}:
        return "supplement"
    return "justify" if ("in_principle", "fail") in found else "approve"
