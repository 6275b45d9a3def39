"""`rules editions`: each edition with its period, what it changed from the one before, and the document that moved."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from review.canonical_json import canonical
from review.errors import NotRecorded
from review.law.comparison import compare
from review.law.compiling import from_content
from review.law.listing import editions_json, editions_text
from review.law.loading import load_builtin
from review.record.editions.in_force import edition_named, editions_recorded, law_of
from review.record.storage.store import open_store
from tests.law.recorded import recorded_edition
from tests.record.projects import before_adoption, project, recorded


def test_every_edition_is_listed_with_its_period_and_changes() -> None:
    found = {each["name"]: each for each in editions_json(load_builtin())}
    assert (found["fuqing@2022"]["until"], found["fuqing@2022"]["changes"]) == ("2023-07-03", [])
    assert (found["fuqing@2026"]["from"], found["fuqing@2026"]["until"]) == ("2026-08-15", None)
    tightened = next(each for each in found["fuqing@2023"]["changes"] if each["name"] == "ferrosilicon")
    assert (tightened["why"], tightened["document"], tightened["state"]) == ("law", "发改产业〔2023〕723号", "changed")
    assert {"column": "baseline", "then": "1900", "now": "1850"} in tightened["cells"]
    assert {change["why"] for each in found.values() for change in each["changes"]} == {"law", "setting"}


def test_the_list_reads_old_and_new() -> None:
    text = editions_text(load_builtin())
    assert "fuqing@2023  2023-07-04 至 to 2024-01-31" in text and "fuqing@2026  2026-08-15 至 to 今 now" in text
    assert "ferrosilicon: 基准水平 baseline: 1900 → 1850" in text
    assert "参数 parameter plan_continues: 新增 new" in text


def test_why_is_read_from_between_the_two_whichever_is_older() -> None:
    editions = {each.edition: each for each in load_builtin()}
    for old, new in (("2022", "2026"), ("2026", "2022")):
        found = {each.name: each for each in compare(editions[old], editions[new], load_builtin())}
        assert (found["ferrosilicon"].why, found["plan_continues"].why) == ("law", "setting")
        assert found["eia_valid_years"].document == "中华人民共和国生态环境法典"


def test_another_order_of_keys_is_no_change() -> None:
    """A recorded edition has the keys of everything in the order of the alphabet, a folder's as they are written."""
    written, changed = load_builtin()[-1], "energy-limit"
    rules = [{**each, "requires": "proposed"} if each["id"] == changed else each for each in written.content["rules"]]
    stored = from_content(json.loads(canonical({**written.content, "rules": rules})))
    differing = compare(written, stored, load_builtin())
    assert [(each.name, [cell.column for cell in each.cells]) for each in differing] == [(changed, ["requires"])]


def test_a_recorded_edition_is_found_by_the_name_of_its_own(tmp_path: Path) -> None:
    store, before = open_store(str(tmp_path / "record.sqlite")), recorded_edition("2023")
    with before_adoption(before):
        recorded(store, project("A-1"), ruleset=before)
    name = f"fuqing@2023~{before.digest[7:15]}"
    with store.reading() as connection:
        law = law_of(connection)
        assert [each.name for each in editions_recorded(connection, law) if "~" in each.name] == [name]
        assert edition_named(connection, law, name) == before
        assert edition_named(connection, law, "fuqing@2023") != before
        with pytest.raises(NotRecorded):
            edition_named(connection, law, "fuqing@2023~00000000")
    store.close()
