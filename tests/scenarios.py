"""The steps of scenarios, found quickly: pytest-bdd looks for the definition of each step among all fixtures of the run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from typing import Any

import pytest
from pytest_bdd.compat import get_fixture_names, getfixturedefs
from pytest_bdd.parser import Step
from pytest_bdd.steps import step_function_context_registry


@contextmanager
def steps_gathered_once() -> Iterator[None]:
    """Let the step definitions that a module sees be gathered once a module. Of several that match it is still pytest-bdd that chooses."""

    @cache
    def seen_by(manager: Any, module: pytest.Module) -> tuple[Any, ...]:
        found = (each for name in get_fixture_names(manager) for each in getfixturedefs(manager, name, module) or ())
        return tuple(each for each in found if each.func in step_function_context_registry)

    def find(step: Step, fixturemanager: Any, node: pytest.Item) -> Iterator[Any]:
        module = node.getparent(pytest.Module)
        assert module is not None
        for each in seen_by(fixturemanager, module):
            defined = step_function_context_registry[each.func]
            if defined.type in (None, step.type) and defined.parser.is_matching(step.name):
                yield each

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(import_module("pytest_bdd.scenario"), "find_fixturedefs_for_step", find)
        yield
