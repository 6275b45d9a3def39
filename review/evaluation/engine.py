"""The compiled engine of durable-rules, loaded on first use; the error for one that cannot be loaded names the remedy."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import Any

from review.errors import EngineUnavailable, Fault, Text

# Python 3.13 has no PyEval_CallObject any more; the package's own build compiles without optimisation.
REBUILD = (
    'CC="cc -O2 -DPyEval_CallObject=PyObject_CallObject" '
    "python -m pip install --no-cache-dir --force-reinstall --no-deps durable-rules==2.0.28"
)


@cache
def load() -> Any:
    """The module `durable_rules_engine`. Raises EngineUnavailable."""
    try:
        return import_module("durable_rules_engine")
    except ImportError as error:
        why = str(error).splitlines()[0]
        words = Text(
            f"规则引擎无法加载（{why}），不出具结论；请重新运行 tools/setup.sh，或重新编译：{REBUILD}",
            f"the rules engine cannot be loaded ({why}), so there is no verdict: run tools/setup.sh again, or compile it anew: {REBUILD}",
        )
        raise EngineUnavailable([Fault("durable_rules_engine", words)]) from error
