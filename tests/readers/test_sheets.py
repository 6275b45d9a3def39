"""Bad input: one clear message, nothing rounded, nothing guessed, the process alive."""

from __future__ import annotations

import os
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pytest

from review import SheetError, parse_sheet, read_sheet, read_sheet_file
from review.sheet import canonical_sheet, describe, json_schema, sheet_digest
from review.sheet.voc import Voc
from tests.commands import two_high


def refused(content: bytes | str, kind: str = "json") -> str:
    with pytest.raises(SheetError) as error:
        read_sheet(content.encode() if isinstance(content, str) else content, kind)
    return str(error.value)


def with_emission(number: str) -> str:
    return '{"project":{"name":"甲"},"voc":{"emission_t":%s}}' % number


@pytest.mark.parametrize(
    ("number", "words"),
    [
        ("11.999999999999999999", "数字过长"), ('"11.999999999999999999"', "数字过长"), ("1e999", "数字过长"), ("-1", "不得为负数"), ("NaN", "不是数字"),
        ("Infinity", "不是数字"), ('"NaN"', "应为数字"), ("9" * 400, "数字过长"), ("9" * 100_000, "数字过长"), ("true", "应为数字"), ('"12吨"', "应为数字"),
        ("[]", "应为数字"), ("1000000000000", "数字过长"), ("0.0000000001", "数字过长"), ('""', "应为数字"), ('"１２"', "应为数字"),
    ],
)  # fmt: skip
def test_a_figure_that_cannot_be_kept_exactly_is_refused(number: str, words: str) -> None:
    assert words in refused(with_emission(number))


@pytest.mark.parametrize("number", ["999999999999.999999999", "12.000000000000", "1.2e1", '"+12"', "0"])
def test_a_figure_within_the_bounds_is_read(number: str) -> None:
    voc = read_sheet(with_emission(number).encode(), "json").voc
    assert isinstance(voc, Voc) and voc.emission_t == Decimal(number.strip('"'))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "是空的"), ("{", "不是有效的 JSON"), ("[]", "应为对象"), ('"x"', "应为对象"), ("[" * 10_000, "嵌套过深"), ('{"a":' * 10_000, "嵌套过深"),
        ('{"project":{"name":"甲","name":"乙"}}', "写了两次"), ('{"project":{"nam":"甲"}}', "是否指 project.name"), ('{"project":{}}', "必须填写"),
        ('{"project":{"name":"\\u0007"}}', "U+0007"), ('{"project":{"name":"\\ud800"}}', "U+D800"), ('{"project":{"name":"a\\u202eb"}}', "U+202E"),
        ('{"project":{"name":"%s"}}' % ("长" * 3000), "文字过长"), ('{"project":{"name":"甲","industry":"D3011"}}', "门类字母"),
        ('{"project":{"name":"甲","industry":"301"}}', "四位小类"), ('{"project":{"name":"甲","received":"2025-02-30"}}', "应为日期"),
        ('{"project":{"name":"甲","stage":"existng"}}', "可用：拟建（proposed）、在建（under_construction）、"), ('{"project":{"name":"甲"},"coal":[]}', "应为对象"),
        ('{"project":{"name":"甲"},"energy":{"items":[{"unit":"马力"}]}}', "未知计量单位"),
        ('{"project":{"name":"甲"},"energy":{"items":[{"carrier":"electricity","factor":1}]}}', "不得填写 factor"),
        ('{"project":{"name":"甲"},"eia":{"laws":{"conforms":"not_applicable","note":"x"}}}', "所有项目适用"),
        ('{"project":{"name":"甲"},"energy":{"guidance":{"document":"none"}}}', "文号不能写"),
        ('{"project":{"name":"甲"},"voc":{"coatings_used":"true"}}', "应为 true 或 false"), ('{"project":{"name":""}}', "为空白"),
        ('{"project":{"name":"甲"},"schema":"two-high/sheet/2"}', "two-high/sheet/1"), ('{"project":{"name":"甲"},"products":[%s]}' % ",".join(["{}"] * 501), "最多 500"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(text: str, words: str) -> None:
    assert words in refused(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("a: &x 1\nb: *x", "锚点"), ("project: !!python/object:os.system {}", "标签"), ("project: {name: 甲, name: 乙}", "写了两次"), ("[" * 5000, "嵌套过深"),
        ("---\na: 1\n---\nb: 2", "多个"), ("project: {name: yes, stage: no}", "可用：“拟建”"), ("project: {name: 甲}\nvoc: {emission_t: .nan}", "不是数字"),
        ("project: {name: 甲}\nvoc: {emission_t: 1:30}", "应为数字"), ("project: {name: 甲}\nvoc: {emission_t: 0x10}", "不识单位"), ("a: [", "不是有效的 YAML"),
        ("project: {name: 甲}\nvoc: {emission_t: 11.999999999999999999}", "数字过长"), ("1: 2", "键名应为文字"), ("\x07", "不是有效的 YAML"),
    ],
)  # fmt: skip
def test_yaml_is_read_as_strictly(text: str, words: str) -> None:
    assert words in refused(text, "yaml")


def test_encodings() -> None:
    text = '{"project":{"name":"福清"}}'
    sheets = [read_sheet(text.encode(encoding), "json") for encoding in ("utf-8", "utf-8-sig", "utf-16")]
    assert len({sheet_digest(sheet) for sheet in sheets}) == 1
    assert "UTF-8" in refused(text.encode("gbk"))
    assert "UTF-8" in refused(text.encode("utf-16-le"))


def test_yaml_takes_a_bare_industry_code_and_exact_numbers() -> None:
    sheet = read_sheet(
        "project: {name: 甲, industry: 3011, received: 2025-03-01}\nvoc: {emission_t: 4.10}\n".encode(), "yaml"
    )
    assert (
        canonical_sheet(sheet)["project"]["industry"] == "3011" and canonical_sheet(sheet)["voc"]["emission_t"] == "4.1"
    )


def test_null_absent_and_empty_parts_state_nothing() -> None:
    nothing: list[dict[str, object]] = [{}, {"voc": None}, {"energy": {}}, {"energy": {"review": {}}}]
    digests = {sheet_digest(parse_sheet({"project": {"name": "甲"}, **more})) for more in nothing}
    assert len(digests) == 1
    assert sheet_digest(parse_sheet({"project": {"name": "甲"}, "products": []})) not in digests


def test_a_whole_sheet_of_faults_is_cut_short() -> None:
    with pytest.raises(SheetError) as error:
        parse_sheet({"project": {"name": "甲"}, "products": [{"capacity": "x"} for _ in range(100)]})
    assert len(error.value.faults) == 51 and "另有 50 处" in error.value.faults[-1].text.zh


def test_the_schema_carries_labels_and_units() -> None:
    schema = json_schema()
    emission = schema["$defs"]["Voc"]["properties"]["emission_t"]
    assert (
        schema["$id"] == "two-high/sheet/1" and emission["unit"] == "t/a" and emission["label"]["zh"] == "VOCs 年排放量"
    )
    assert describe("voc.offsets[1].document").label.zh == "倍量替代来源[2] · 依据文号"


def run_with_seed(seed: str, *arguments: str) -> subprocess.CompletedProcess[bytes]:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)}
    command = [sys.executable, "-c", "from api.command_line import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, env=environment, check=False, timeout=120)


SHEETS = Path(__file__).parents[2] / "fixtures" / "sheets"


@pytest.mark.server
def test_exit_codes_and_streams(tmp_path: Path) -> None:
    good, poor = str(SHEETS / "expansion-at-benchmark.json"), str(SHEETS / "cement-clinker.json")
    bad = tmp_path / "bad.json"
    bad.write_text('{"project":{"name":"\\u001b[31m"}}', encoding="utf-8")
    day = ("--as-of", "2025-12-01")
    assert two_high("check", good, *day).returncode == 0
    assert two_high("check", good, poor, *day).returncode == 1
    failed = two_high("check", good, str(bad), *day, "--format", "json")
    assert (
        failed.returncode == 2 and failed.stdout == "" and "\x1b" not in failed.stderr and "bad.json" in failed.stderr
    )
    partly = two_high("check", good, str(bad), *day)
    assert partly.returncode == 2 and "技改" in partly.stdout
    for arguments in (("check", str(tmp_path)), ("check", str(tmp_path / "none.json")), ("check", good, "--ruleset", "fuqing@1999"),
                      ("check", good, "--as-of", "yesterday"), ("check", good, "--as-of", "2021-12-31"), ("check", good, "--format", "xml")):  # fmt: skip
        result = two_high(*arguments)
        assert result.returncode == 2 and result.stderr and "Traceback" not in result.stderr
    assert two_high("check", "-", *day, "--format", "json", stdin=Path(good).read_bytes()).returncode == 0


@pytest.mark.server
def test_two_processes_give_the_same_bytes() -> None:
    sheets = [str(path) for path in sorted(SHEETS.glob("*"))]
    first = run_with_seed("1", "check", *sheets, "--format", "json", "--as-of", "2026-11-23")
    second = run_with_seed("2", "check", *sheets, "--format", "json", "--as-of", "2026-11-23")
    assert first.returncode == 1 and first.stdout == second.stdout and len(first.stdout) > 100_000


@pytest.mark.server
def test_rules_commands(tmp_path: Path) -> None:
    assert two_high("rules", "lint").returncode == 0
    assert two_high("rules", "coverage").returncode == 0
    assert "voc-offset" in two_high("rules", "list").stdout
    assert "offset_ratio = 1.2" in two_high("rules", "show", "voc-offset").stdout
    assert two_high("rules", "show", "nothing").returncode == 2
    out = tmp_path / "blank.xlsx"
    assert two_high("template", "--out", str(out)).returncode == 0 and read_is_refused(out)
    assert two_high("schema").stdout.startswith("{")


def read_is_refused(path: Path) -> bool:
    with pytest.raises(SheetError):
        read_sheet_file(path)
    return True
