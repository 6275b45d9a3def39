"""The sheet's JSON Schema within the OpenAPI document: titles that programs can be named by, what is our own under `x-`."""

from __future__ import annotations

from typing import Any

# Keywords of the sheet's schema that JSON Schema does not have.
_OURS = ("label", "meaning", "since", "unit", "choices", "by", "table")


def as_component(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema whose references point into the components, with titles in ASCII and our own keywords under `x-`; its Chinese is in `x-label`."""
    made: dict[str, Any] = {}
    for name, value in schema.items():
        if name == "$ref":
            made[name] = value.replace("#/$defs/", "#/components/schemas/")
        elif name == "properties":
            made[name] = {field: {"title": _title(field), **_untitled(each)} for field, each in value.items()}
        elif name == "title":
            made[name] = value if value.isascii() else "ProjectSheet"
        elif name in _OURS:
            made[f"x-{name}"] = value
        else:
            made[name] = _within(value)
    return made


def _untitled(schema: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in as_component(schema).items() if name != "title"}


def _within(value: Any) -> Any:
    if isinstance(value, dict):
        return as_component(value)
    return [_within(each) for each in value] if isinstance(value, list) else value


def _title(field: str) -> str:
    """`total_tce` → `Total tce`."""
    return field.replace("_", " ").capitalize()
