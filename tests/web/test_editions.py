"""Pages of every edition: rules, tables, figures and what differs between editions, in words of one language."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

import pytest

from review.law.loading import load_builtin
from tests.web.conftest import Site
from tests.web.words import foreign

pytestmark = pytest.mark.record


def addresses() -> Iterator[str]:
    found = load_builtin()
    for each in found:
        yield f"/rules/{each.name}"
        yield from (f"/rules/{each.name}/tables/{table}" for table in each.content["tables"])
        yield from (f"/rules/{each.name}/{rule.id}" for rule in each.rules)
    for old, new in (*pairwise(found), (found[0], found[-1]), (found[-1], found[0])):
        yield f"/rules/compare?from={old.name}&to={new.name}"


@pytest.mark.parametrize("language", ["zh", "en"])
def test_pages_of_every_edition_speak_one_language(site: Site, language: str) -> None:
    visitor = site.visitor("auditor", language)
    strange = set()
    for address in addresses():
        visitor.open(address)
        assert visitor.status == 200, address
        strange |= {(text, address) for text in foreign(visitor.document)}
    assert strange == set()
