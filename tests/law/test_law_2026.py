"""The five days side by side: the document is what the reviews say, and each new law shows on its day."""

from __future__ import annotations

import subprocess
import sys

from tests.law.folder import FOLDER

ROOT = FOLDER.parent.parent


def test_the_five_days_are_as_the_reviews_of_them_say() -> None:
    ran = subprocess.run(
        [sys.executable, "tools/law_2026.py"], cwd=ROOT, capture_output=True, check=True, encoding="utf-8"
    )
    text = (ROOT / "docs/rules/law-2026.md").read_text(encoding="utf-8")
    assert text == ran.stdout, "write it anew: .venv/bin/python tools/law_2026.py > docs/rules/law-2026.md"
    assert text.index("固定资产投资项目节能审查和碳排放评价办法") < text.index("中华人民共和国生态环境法典")
