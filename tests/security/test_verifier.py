"""The receipt's verifier runs on Python 3.6, and any older Python can read it and say what it lacks."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from review.record.proof import receipt_verifier

SOURCE = Path(receipt_verifier.__file__)
# What came after Python 3.6.
_LATER = {"removeprefix", "removesuffix", "fromisoformat", "bit_count", "reconfigure"}


def test_the_verifier_is_written_for_python_3_6_and_read_by_any() -> None:
    tree = ast.parse(SOURCE.read_text(encoding="utf-8"), feature_version=(3, 6))
    for node in ast.walk(tree):
        assert not isinstance(node, ast.JoinedStr | ast.AnnAssign | ast.NamedExpr | ast.Match | ast.AsyncFunctionDef)
        assert not (isinstance(node, ast.ImportFrom) and node.module == "__future__")
        assert not (isinstance(node, ast.arg) and node.annotation) and not (
            isinstance(node, ast.FunctionDef) and (node.returns or node.args.kwonlyargs or node.args.posonlyargs)
        )
        assert not (isinstance(node, ast.Attribute) and node.attr in _LATER)
        assert not (isinstance(node, ast.Dict) and None in node.keys)
    # Bytes of a source without a declared encoding are an error to the oldest.
    assert SOURCE.read_bytes().startswith(b"# -*- coding: utf-8 -*-\n")


def test_the_verifier_says_which_python_it_needs(tmp_path: Path) -> None:
    script = f"import sys; sys.version_info = (3, 5, 9); exec(compile(open({str(SOURCE)!r}, encoding='utf-8').read(), 'v', 'exec'))"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 2 and "needs Python 3.6 or later, this is 3.5" in done.stderr and not done.stdout


def test_the_verifier_speaks_where_the_terminal_knows_no_chinese(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", SOURCE, "missing.json"], capture_output=True, text=True, cwd=tmp_path,
        env={"PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"},
    )  # fmt: skip
    assert done.returncode == 2 and "cannot be read" in done.stderr and "Traceback" not in done.stderr
