"""What a request is refused for is said in the product's words, in Chinese and English: no sentence of pydantic's reaches anybody."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError

from api import wire
from api.app import ROUTERS
from api.pages import PAGES
from api.parameters import within
from api.settings import Settings, read_settings
from api.wire.reading import fault
from api.wire.refused import KINDS
from review.errors import Refused
from tests.api.conftest import Server
from tests.api.test_api import problem

# Kinds of errors that a schema can give, by its type and by each of its bounds.
BY_TYPE = {
    "any": (), "default": (), "definitions": (), "definition-ref": (), "nullable": (), "union": (), "no-info": (), "with-info": (), "json-or-python": (),
    "lax-or-strict": (), "function-before": (), "function-after": (), "model-field": ("missing",), "model": ("model_type", "model_attributes_type"),
    "model-fields": ("model_attributes_type", "extra_forbidden", "invalid_key", "missing"), "bool": ("bool_type", "bool_parsing"),
    "int": ("int_type", "int_parsing", "int_from_float", "int_parsing_size"), "float": ("float_type", "float_parsing", "finite_number"),
    "str": ("string_type", "string_unicode"), "literal": ("literal_error",), "list": ("list_type",), "dict": ("dict_type",),
    "date": ("date_type", "date_parsing", "date_from_datetime_parsing", "date_from_datetime_inexact"),
    "tagged-union": ("union_tag_invalid", "union_tag_not_found", "model_attributes_type"),
    # Of a secret of the settings: text is read before it is asked what it is an instance of.
    "is-instance": (),
}  # fmt: skip
BY_BOUND = {
    "pattern": "string_pattern_mismatch",
    "gt": "greater_than",
    "ge": "greater_than_equal",
    "lt": "less_than",
    "le": "less_than_equal",
}
LENGTHS = {"str": ("string_too_short", "string_too_long"), "list": ("too_short", "too_long"), "dict": ("too_short", "too_long")}  # fmt: skip
WRONG: tuple[Any, ...] = (
    None, "", "x", "长" * 3000, "9" * 400, "-1", "2025-02-30", "\ud800", 1.5, -1, 10**30, True, [], ["x"] * 3000, {}, {"x": 1}, {1: "x"}, {"outcome": "x"}, b"\xff",
)  # fmt: skip
_SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}")
_CHINESE = re.compile("[\u3400-\u9fff]")


def shapes() -> list[type[BaseModel]]:
    """Every shape of the API, and the settings."""
    modules = [importlib.import_module(f"api.wire.{each.name}") for each in pkgutil.iter_modules(wire.__path__)]
    found = [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and issubclass(each, BaseModel) and each.__module__ == module.__name__
    ]
    return [*found, Settings]


def asked() -> Iterator[TypeAdapter[Any]]:
    """What every address of API and pages asks beside its body."""
    for router in (*ROUTERS, *PAGES):
        for route in router.routes:
            for part in within(route.dependant) if isinstance(route, APIRoute) else ():
                for each in (*part.path_params, *part.query_params, *part.header_params, *part.cookie_params):
                    yield each._type_adapter


def parts_of(schema: Any) -> Iterator[dict[str, Any]]:
    """Each schema within a schema of pydantic's."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str):
            yield schema
        for name, value in schema.items():
            if name not in ("metadata", "serialization", "expected"):
                yield from parts_of(value)
    elif isinstance(schema, list | tuple):
        for value in schema:
            yield from parts_of(value)


def kinds_of(schema: dict[str, Any]) -> Iterator[str]:
    yield from BY_TYPE[schema["type"]]
    yield from (kind for bound, kind in BY_BOUND.items() if bound in schema)
    if schema["type"] in LENGTHS:
        yield from (
            kind for bound, kind in zip(("min_length", "max_length"), LENGTHS[schema["type"]], strict=True) if bound in schema
        )  # fmt: skip


def of_one_language(zh: str, en: str, what: object) -> None:
    assert not _SENTENCE.search(zh) and _CHINESE.search(zh), (zh, what)
    assert en and not _CHINESE.search(en), (en, what)


def test_every_kind_of_error_that_a_schema_can_give_has_words() -> None:
    adapters = [*map(TypeAdapter, shapes()), *asked()]
    given = {kind for each in adapters for part in parts_of(each.core_schema) for kind in kinds_of(part)}
    assert len(adapters) > 300 and given - set(KINDS) == set()


def test_whatever_is_wrong_is_said_in_both_languages() -> None:
    kinds = set()
    for adapter in [*(TypeAdapter(each) for each in shapes() if each is not Settings), *asked()]:
        for wrong in WRONG:
            fields = getattr(adapter._type, "model_fields", {})
            for content in (wrong, dict.fromkeys(fields, wrong) if fields else wrong):
                try:
                    adapter.validate_python(content)
                except ValidationError as error:
                    for each in error.errors(include_url=False):
                        kinds.add(each["type"])
                        assert each["type"] in KINDS or "zh" in each["ctx"], each
                        said = fault(each).text
                        assert "{" not in said.zh + said.en or each["type"] == "string_pattern_mismatch", said
                        of_one_language(said.zh, said.en, each)
    # What was tried is most of what can be.
    assert len(kinds) > 20


def test_settings_are_refused_in_words_of_one_language() -> None:
    for wrong in ({"port": "x"}, {"oidc_issuer": "https://x.example"}, {"webhook_networks": "x"}, {"colour": 1}):
        with pytest.raises(Refused) as refused:
            read_settings(**wrong)
        for each in refused.value.faults:
            of_one_language(each.text.zh, each.text.en, wrong)


@pytest.mark.record
@pytest.mark.parametrize("server", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("path", "zh", "en"),
    [
        ("/reviews/abc", "应为整数", "should be a whole number"),
        ("/reviews/0", "不得小于 1", "should be 1 or more"),
        ("/search?q=" + "x" * 201, "过长，最多 200 字", "too long: at most 200 characters"),
        ("/search", "必须填写", "is required"),
        ("/worklist?as_of=yesterday", "应写成 2025-03-01", "should be a date such as 2025-03-01"),
        ("/worklist?on_list=perhaps", "应为 true 或 false", "should be true or false"),
    ],
)
def test_a_problem_says_what_is_allowed(server: Server, path: str, zh: str, en: str) -> None:
    for language, words in (("zh", zh), ("en", en)):
        answer = server.request("GET", f"/api/v1{path}", headers={"Accept-Language": language})
        assert [each["detail"] for each in problem(answer, 422)["errors"]] == [words]
