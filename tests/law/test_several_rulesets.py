"""Rulesets side by side: the office's folders beside those that ship, which one is the default, and what two of them may not share."""

from __future__ import annotations

import io
import json
import os
import shutil
from datetime import date
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from api.command_line import command_line
from review.errors import EditionNotFound, RulesetError
from review.law import loading
from review.law.at_hand import default_ruleset, rulesets_at_hand
from review.law.before import place_before
from review.law.compiling import from_content
from review.law.loading import builtin_digests, choose, every_edition, load, load_builtin, named, names_folder
from review.law.place import area_code, area_words, area_words_at_hand, benchmark_share, home_area, names_of_rows
from review.law.reading import FILE, reading
from review.lint import lint_folder
from tests.law.folder import FOLDER, change
from tests.second_city import FOLDERS, NAME

DAY = date(2026, 9, 1)
LINSHUI = Path(FOLDERS) / NAME


@pytest.fixture
def beside(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWO_HIGH_RULESETS", FOLDERS)


@pytest.fixture
def copies(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the office with a copy of Linshui's ruleset to change."""
    shutil.copytree(LINSHUI, tmp_path / "rulesets" / NAME)
    monkeypatch.setenv("TWO_HIGH_RULESETS", str(tmp_path / "rulesets"))
    return tmp_path / "rulesets"


def run(*arguments: str, code: int = 0) -> str:
    done = CliRunner().invoke(command_line(), list(arguments))
    assert done.exit_code == code, (done.exit_code, done.output)
    return done.output


def test_lint_finds_nothing_and_the_reading_is_what_the_rules_say(beside: None) -> None:
    assert lint_folder(LINSHUI)[0] == []
    assert (LINSHUI / FILE).read_text(encoding="utf-8") == reading(load_builtin(NAME)), (
        "write it anew: two-high rules reading tests/rulesets/linshui > tests/rulesets/linshui/READING.md"
    )
    assert run("rules", "lint", str(LINSHUI)).strip() == "2 个版本，6 条规则，引文未对照方案原文（用 --plan FILE）：0 处错误 / 2 editions, 6 rules, quotes not held against the plan (give --plan FILE): 0 faults"  # fmt: skip


def test_editions_of_a_folder_are_of_one_reading_of_it(copies: Path) -> None:
    """Also where the folder was changed and its reading dropped meanwhile for those of others."""
    first = load_builtin(NAME)
    change(copies / NAME / "edition.yaml", "a higher offset ratio", "an altered offset ratio")
    assert load_builtin(NAME) == first, "what a process has read it goes on with"
    loading._cuts.cache_clear()
    altered = load_builtin(NAME)
    assert [each.name for each in altered] == [each.name for each in first]
    assert altered == load(copies / NAME) != first
    assert builtin_digests(NAME) == {each.name: each.digest for each in altered}


def test_the_shipped_ruleset_is_the_default_until_the_office_names_its_own(
    beside: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (default_ruleset(), list(rulesets_at_hand())) == ("fuqing", ["fuqing", NAME])
    assert choose(None, DAY).id == "fuqing"
    monkeypatch.setenv("TWO_HIGH_RULESET", NAME)
    assert (default_ruleset(), list(rulesets_at_hand())) == (NAME, [NAME, "fuqing"])
    assert choose(None, DAY).name == "linshui@2"
    assert choose("fuqing", DAY).name == "fuqing@2026"
    assert [each.id for each in every_edition()] == [NAME] * 2 + ["fuqing"] * len(load_builtin("fuqing"))


def test_a_ruleset_that_is_not_at_hand_is_refused_with_those_that_are(beside: None) -> None:
    with pytest.raises(EditionNotFound, match="there are: “fuqing”, “linshui”"):
        choose("lingshui", DAY)


def test_a_default_that_is_not_at_hand_is_refused(beside: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWO_HIGH_RULESET", "linshiu")
    with pytest.raises(RulesetError, match=r"TWO_HIGH_RULESET.*did you mean 'linshui'"):
        choose(None, DAY)
    assert "did you mean 'linshui'" in run("rules", "list", code=2)


@pytest.mark.parametrize("kind", ["nowhere", "empty", "ruleset"])
def test_a_folder_without_rulesets_is_refused(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").mkdir()
    named = {"nowhere": tmp_path / "nowhere", "empty": tmp_path / "empty", "ruleset": LINSHUI}[kind]
    monkeypatch.setenv("TWO_HIGH_RULESETS", str(named))
    with pytest.raises(RulesetError, match=r"TWO_HIGH_RULESETS.*it should be a folder of ruleset folders"):
        rulesets_at_hand()


def test_two_rulesets_of_one_name_are_refused(copies: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TWO_HIGH_RULESETS", os.pathsep.join((FOLDERS, str(copies))))
    with pytest.raises(RulesetError, match="the ruleset 'linshui' stands in"):
        rulesets_at_hand()


def test_a_folder_is_named_as_its_ruleset(copies: Path) -> None:
    (copies / NAME).rename(copies / "linshan")
    with pytest.raises(RulesetError, match="the id of the ruleset is 'linshui' and its folder is named 'linshan'"):
        load_builtin("linshan")


def test_an_area_of_one_code_means_the_same_in_each_ruleset(copies: Path) -> None:
    change(copies / NAME / "tables/areas.csv", "elsewhere,", "other,")
    change(copies / NAME / "edition.yaml", "  elsewhere: {zh:", "  other: {zh:")
    with pytest.raises(RulesetError, match="the area other is 'outside Fujian' in the ruleset fuqing and 'outside Linshui and Heyang' in linshui"):  # fmt: skip
        area_words_at_hand()


def test_areas_are_read_by_their_words(beside: None) -> None:
    written = ("福清市", "Fuqing", "福州市其他县", "福州市以外", "临水市", "heyang county nearby", "fuzhou", "某市")
    assert [area_code(each) for each in written] == ["fuqing", "fuqing", "fuzhou", "other", "linshui", "heyang", "fuzhou", "某市"]  # fmt: skip


def test_where_a_source_is_registered_unless_another_area_is_named(beside: None) -> None:
    assert [home_area(choose(name, DAY)) for name in (None, NAME)] == ["fuqing", "linshui"]


def test_names_of_rows_are_those_of_the_rulesets_in_use(beside: None) -> None:
    assert names_of_rows("parks", [NAME]) == {"donghu": "临水东湖工业园（虚构）"}
    assert list(names_of_rows("parks", [NAME, "fuqing"])) == ["rongqiao", "jiangyin", "yuanhong", "lanyuan", "donghu"]


def test_content_that_says_nothing_of_its_place_is_read_as_before(beside: None) -> None:
    now = choose("fuqing@2023", DAY)
    content = {key: value for key, value in now.content.items() if key not in place_before()}
    before = from_content(content)
    assert area_words(before) == area_words(now)
    assert benchmark_share(before) == benchmark_share(now) is not None
    assert benchmark_share(choose(NAME, DAY)) is None


def test_the_schema_and_the_workbook_offer_the_areas_of_the_ruleset(beside: None, tmp_path: Path) -> None:
    def area(*arguments: str) -> list[str | None]:
        found: list[str | None] = json.loads(run("schema", *arguments))["$defs"]["Offset"]["properties"]["area"]["enum"]
        return found

    assert area() == ["fuqing", "fuzhou", "fujian", "other", None]
    assert area("--ruleset", NAME) == ["linshui", "heyang", "elsewhere", None]
    run("template", "--ruleset", NAME, "--out", str(tmp_path / "blank.xlsx"))
    book = load_workbook(io.BytesIO((tmp_path / "blank.xlsx").read_bytes()))
    lists = [rule.formula1 for name in book.sheetnames for rule in book[name].data_validations.dataValidation]
    assert '"临水市,邻近的河阳县,临水市、河阳县以外"' in lists and not any("福" in str(each) for each in lists)
    gates = [str(row[0].value).partition(" ")[0] for row in book["准入条件"].iter_rows(max_col=1)]
    assert "eia.zoning" in gates and "eia.carbon_peak" not in gates


def test_nothing_in_the_code_knows_the_city_that_ships() -> None:
    root = FOLDER.parents[1]
    files = [each for room in ("review", "api") for each in (root / room).rglob("*") if each.suffix in (".py", ".html", ".js", ".css")]  # fmt: skip
    words = ("fuqing", "福清", "fuzhou", "福州", "fujian", "福建", "榕融", "江阴")
    assert [(str(each), word) for each in files for word in words if word in each.read_text(encoding="utf-8").lower()] == []  # fmt: skip


@pytest.fixture
def altered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with a folder of the name of the shipped ruleset that asks for less VOC to be replaced."""
    shutil.copytree(FOLDER, tmp_path / "fuqing")
    change(tmp_path / "fuqing" / "parameters.csv", "offset_ratio,1.2,", "offset_ratio,0.1,")
    monkeypatch.chdir(tmp_path)
    return tmp_path / "fuqing"


def test_a_folder_in_the_current_directory_never_stands_in_for_the_default(altered: Path) -> None:
    assert choose(None, DAY) == load_builtin("fuqing")[-1]
    assert named(None)[0] == load_builtin("fuqing") and not names_folder(None)
    assert "1.2" in run("rules", "show", "voc-offset") and "0.1" not in run("rules", "show", "voc-offset")


@pytest.mark.parametrize("name", ["fuqing", "fuqing@2026", "fuqing@2022"])
def test_a_word_that_names_a_ruleset_and_another_folder_is_refused(altered: Path, name: str) -> None:
    for asked in (names_folder, named, lambda each: choose(each, DAY)):
        with pytest.raises(RulesetError, match=f"write './{name}' for the folder"):
            asked(name)
    assert f"请写“./{name}”" in run("rules", "list", "--ruleset", name, code=2)


@pytest.mark.parametrize("name", ["./fuqing", "../{here}/fuqing", "{folder}", "./fuqing@2026", "{folder}@2026"])
def test_a_path_names_the_folder(altered: Path, name: str) -> None:
    path = name.format(folder=altered, here=altered.parent.name)
    found = choose(path, DAY)
    assert (found.name, found.parameters["offset_ratio"].text) == ("fuqing@2026", "0.1")
    assert names_folder(path) and found in named(path)[0]


@pytest.mark.parametrize("name", ["fuqing", "fuqing@2026"])
def test_a_word_names_the_ruleset_where_its_own_folder_is_the_one_that_lies_there(
    name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(FOLDER.parent)
    assert not names_folder(name) and choose(name, DAY) == load_builtin("fuqing")[-1]


@pytest.mark.parametrize("name", ["./nothing", "./nothing@2026", ".", "nothing/"])
def test_a_path_without_a_ruleset_is_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(EditionNotFound, match="is not a ruleset folder"):
        choose(name, DAY)


def unreadable(*_: object, **__: object) -> bool:
    raise PermissionError(13, "Permission denied")


def test_a_folder_that_may_not_be_looked_at_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Path, "is_file", unreadable)
    for command in ("lint", "list"):
        asked = ("rules", command, *(("--ruleset",) if command == "list" else ()), "./draft")
        assert "the folder cannot be read" in run(*asked, code=2)
    assert choose("fuqing", DAY).id == "fuqing", "what cannot be looked at stands in nobody's way"


@pytest.mark.parametrize("place", ["rules", "tables"])
def test_a_part_of_a_folder_that_may_not_be_listed_is_named(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    listed = Path.iterdir
    monkeypatch.setattr(Path, "iterdir", lambda path: unreadable() if path.name == place else listed(path))
    assert [str(each.text.en) for each in lint_folder(LINSHUI)[0]] == ["the folder cannot be read"]
