"""Values (值): dataclasses that nothing changes once they are made, as quick to make as plain classes with slots.

A frozen dataclass sets each of its fields through `object.__setattr__`, which takes four times as long, and a review makes hundreds of
facts. So a value is frozen to the type checker, which sees every assignment in the product, and at run time a class with slots.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dataclasses import dataclass as immutable
else:
    from dataclasses import dataclass

    def immutable(*, frozen: bool, slots: bool):
        """`@immutable(frozen=True, slots=True)`: a dataclass with slots, equal and hashed by its fields."""

        def made(cls: type) -> type:
            own = "__hash__" in vars(cls)
            return dataclass(slots=slots, unsafe_hash=not own)(cls)

        return made


__all__ = ["immutable"]
