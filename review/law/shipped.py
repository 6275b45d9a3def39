"""Contents of editions that earlier versions of the product came with (随程序发布的版本), by name: those of this version stand in the rulesets.

Whoever changes the content of an edition that was shipped adds its digest of before to the file.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from review.law.at_hand import SHIPPED
from review.law.files import read_yaml

_FILE = "shipped-before.yaml"


@cache
def shipped_before() -> Mapping[str, tuple[str, ...]]:
    """The digests of each edition's contents of before, by the edition's name (`ID@EDITION`)."""
    return {name: tuple(digests) for name, digests in read_yaml(SHIPPED, _FILE).value.items()}
