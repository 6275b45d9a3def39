"""The ruleset of Linshui (临水市, a fictional city), and sheets of its projects."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

FOLDERS = str(Path(__file__).with_name("rulesets"))
NAME = "linshui"
# What no page or paper of a project of Linshui may say.
OTHERS = re.compile("fuqing|福清|fuzhou|福州|fujian|福建|榕|融环|十四五", re.IGNORECASE)


def ceramics(**parts: Any) -> dict[str, Any]:
    """A proposed ceramics project, two-high in Linshui, that states its gates and its offsets; sections are replaced by `parts`."""
    passed = {"conforms": True, "document": "环评报告书 5.2 节（虚构）"}
    return {
        "project": {"name": "临水示例陶瓷（虚构）", "code": "LS-1", "applicant": "临水示例陶瓷公司（虚构）", "industry": "3071", "nature": "new", "stage": "proposed"},
        "site": {"park": "donghu"},
        "energy": {"items": [{"carrier": "natural_gas", "quantity": "1000000", "unit": "m³"}]},
        "voc": {
            "emission_t": "3",
            "offsets": [
                {"source": "L-1", "area": "linshui", "reduction_t": "50", "allocated_t": "6", "document": "临环〔2025〕1 号（虚构）"}
            ],
        },
        "eia": {name: dict(passed) for name in ("zoning", "total_control", "access_list", "discharge_standards")},
        **parts,
    }  # fmt: skip
