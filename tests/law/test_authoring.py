"""Every kind of mistake that an author of rules can make is found by file, line and near name; none makes lint crash."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from review.law.loading import load, load_builtin
from review.lint.laws import article_number
from tests.law.folder import change, faults

pytestmark = pytest.mark.slow

# What is changed in which file, and the fault that is to be found: its place, and words of it.
MISTAKES: dict[str, tuple[str, str, str, str, str]] = {
    "a figure with a comma": ("tables/benchmark_levels_2023.csv", "kgoe/(t·能量因数),7.5,8.5", 'kgoe/(t·能量因数),"7,8",8.5', r"benchmark_levels_2023\.csv:2", "'7,8' is no figure"),
    "a figure with a word": ("tables/benchmark_levels_2023.csv", "kgoe/(t·能量因数),7.5,8.5", "kgoe/(t·能量因数),约7.8,8.5", r"benchmark_levels_2023\.csv:2", "'约7.8' is no figure"),
    "a figure with a space": ("tables/benchmark_levels_2023.csv", "kgoe/(t·能量因数),7.5,8.5", "kgoe/(t·能量因数),7 .8,8.5", r"benchmark_levels_2023\.csv:2", "'7 .8' is no figure"),
    "a column in another case": ("tables/parks.csv", "park,name,", "park,Name,", r"tables/parks\.csv:1", "did you mean 'name'"),
    "benchmark and baseline swapped": ("tables/benchmark_levels_2023.csv", "kgoe/(t·能量因数),7.5,8.5", "kgoe/(t·能量因数),8.5,7.5", r"benchmark_levels_2023\.csv:2", "benchmark 8.5 should be at most baseline 7.5"),
    "negative levels swapped": ("tables/benchmark_levels_2023.csv", "kgce/t,-30,-10", "kgce/t,-10,-30", r"benchmark_levels_2023\.csv:\d+", "benchmark -10 should be at most baseline -30"),
    "levels of a limit out of order": ("tables/limits.csv", "175,180,190", "175,190,180", r"tables/limits\.csv:2", "level_2 190 should be at most level_3 180"),
    "the unit of a row": ("tables/benchmark_levels_2023.csv", "单位产品综合能耗,kgce/t,1550", "单位产品综合能耗,kgce/kg,1550", r"benchmark_levels \(methanol-lignite\)", "a unit stays"),
    "the unit of a parameter": ("parameters.csv", "voc_monitoring_above,5,t/a", "voc_monitoring_above,5,kg/a", r"rules/voc-operation\.yaml:\d+", "the units differ"),
    "the unit of a rule": ("rules/voc.yaml", "unit: t/a", "unit: kg/a", r"rules/voc\.yaml:\d+", "has the unit kg/a, its figures are in t"),
    "less for more": ("rules/voc.yaml", "requires: voc.offset_t >= offset_ratio", "requires: voc.offset_t <= offset_ratio", r"rules/voc\.yaml:\d+", "its words for pass say 不少于"),
    "a boundary of the other kind": ("rules/voc-operation.yaml", "voc.emission_t > voc_monitoring_above", "voc.emission_t >= voc_monitoring_above", r"rules/voc-operation\.yaml:\d+", "not the boundary of the quote"),
    "a figure that is no decimal": ("rules/voc.yaml", ">= offset_ratio * voc.emission_t", ">= 0x1F * voc.emission_t", r"rules/voc\.yaml:\d+", "is not part of the condition language"),
    "a figure in a condition": ("rules/voc.yaml", ">= offset_ratio * voc.emission_t", ">= 1.2 * voc.emission_t", r"rules/voc\.yaml:\d+", "writes the figure 1.2"),
    "a figure with a sign": ("parameters.csv", "offset_ratio,1.2,", "offset_ratio,+1.2,", r"parameters\.csv:2", "'+1.2' is no figure"),
    "a figure with an exponent": ("parameters.csv", "guidance_from,50000,", "guidance_from,5e4,", r"parameters\.csv:\d+", "'5e4' is no figure"),
    "a ratio in a condition": ("rules/voc.yaml", "requires: voc.low_voc_materials", "requires: capacity.ratio >= 1.25", r"rules/voc\.yaml:14", "writes the figure 1.25"),
    "a rank that is none": ("rules/energy.yaml", "energy.authority_needed >= 1", "energy.authority_needed >= 7", r"rules/energy\.yaml:\d+", "writes the figure 7"),
    "a figure beside itself": ("rules/voc.yaml", "requires: voc.offset_t >= offset_ratio * voc.emission_t", "requires: voc.offset_t >= voc.offset_t", r"rules/voc\.yaml:\d+", "compares a figure with itself"),
    "levels without a unit": ("tables/benchmark_levels_2023.csv", "kgoe/(t·能量因数),7.5,8.5", ",7.5,8.5", r"benchmark_levels_2023\.csv:2", "has figures and no unit"),
    "a unit that a level loses": ("tables/benchmark_levels_2023.csv", "kgoe/(t·能量因数),7.5,8.5", ",7.5,8.5", r"benchmark_levels \(refining\)", "to none (edition"),
    "a day of a week": ("tables/limits.csv", "GB 31830-2024,2025-05-01", "GB 31830-2024,2025-W18-4", r"tables/limits\.csv:2", "'2025-W18-4' is no date"),
    "an edition from a day of a week": ("edition.yaml", 'from: "2026-08-15"\n    title', 'from: "2026-W33-6"\n    title', r"edition\.yaml:\d+", "should be a real YYYY-MM-DD, not '2026-W33-6'"),
    "a title of white space": ("edition.yaml", "{zh: 生态环境法典施行,", '{zh: " ",', r"edition\.yaml:\d+", "should hold zh and en"),
    "a list of lists without end": ("rules/voc.yaml", "rules:\n", "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n" + "".join("a%d: &a%d [%s]\n" % (at, at, ", ".join(["*a%d" % (at - 1)] * 10)) for at in range(1, 9)) + "rules:\n", r"rules/voc\.yaml", "holds too much"),
    "a negative ratio": ("tables/capacity_replacement.csv", "cement-clinker,cement-clinker,other,,1.5", "cement-clinker,cement-clinker,other,,-1.5", r"capacity_replacement\.csv:2", "may not be negative"),
    "a prefix that is no code": ("tables/sectors.csv", "251;252", "2X1", r"tables/sectors\.csv:3", "'2X1' should be the first two to four digits"),
    "a prefix too short": ("tables/sectors.csv", "251;252", "251;2", r"tables/sectors\.csv:3", "'2' should be the first two to four digits"),
    "prefixes that end with a semicolon": ("tables/sectors.csv", "251;252", "251;", r"tables/sectors\.csv:3", "'' should be the first two to four digits"),
    "an industry in two sectors": ("tables/sectors.csv", "251;252", "251;252;26", r"tables/sectors\.csv:4", "the prefix 26 is there twice, also at tables/sectors.csv:3"),
    "a prefix twice in one sector": ("tables/sectors.csv", "251;252", "251;251", r"tables/sectors\.csv:3", "the prefix 251 is there twice"),
    "a prefix of parks that is no code": ("tables/park_required.csv", "2614,", "26l4,", r"tables/park_required\.csv:3", "'26l4' should be the first"),
    "an industry of a limit that is none": ("tables/limits.csv", ",2614,kgce/t,175", ",26I4,kgce/t,175", r"tables/limits\.csv:2", "'26I4' should be the first"),
    "an industry of a level that is none": ("tables/benchmark_levels_2023.csv", "炼油,,2511", "炼油,,C2511", r"benchmark_levels_2023\.csv:2", "'C2511' should be the first"),
    "a coefficient of nothing": ("tables/coal_equivalents.csv", "raw_coal,原煤,kgce/kg,0.7143", "raw_coal,原煤,kgce/kg,0", r"coal_equivalents\.csv:2", "column factor: may not be 0"),
    "a ratio of nothing": ("tables/capacity_replacement.csv", "cement-clinker,cement-clinker,other,,1.5", "cement-clinker,cement-clinker,other,,0.0", r"capacity_replacement\.csv:2", "column ratio: may not be 0"),
    "a parameter of nothing": ("parameters.csv", "offset_ratio,1.2,", "offset_ratio,0,", r"parameters\.csv:2", "parameter offset_ratio: may not be 0"),
    "a region that is none": ("tables/capacity_replacement.csv", "cement-clinker,cement-clinker,other,,1.5", "cement-clinker,cement-clinker,othr,,1.5", r"capacity_replacement\.csv:2", "did you mean 'other'"),
    "a region of the office that is none": ("parameters.csv", "capacity_region,other,", "capacity_region,othr,", r"parameters\.csv:\d+", "did you mean 'other'"),
    "a threshold that ends": ("tables/review_thresholds.csv", "2025-09-01,,energy.review_total_tce,1000,tce,review", "2025-09-01,2026-12-31,energy.review_total_tce,1000,tce,review", r"review_thresholds\.csv:\d+", "review·no ends on 2026-12-31: no row follows"),
    "a ratio that ends": ("tables/capacity_replacement.csv", "flat-glass,flat-glass-over-800;flat-glass-500-800,key,,1.25,2024-11-01,,", "flat-glass,flat-glass-over-800;flat-glass-500-800,key,,1.25,2024-11-01,2027-03-31,", r"capacity_replacement\.csv:\d+", "flat-glass·key ends on 2027-03-31"),
    "an id that is a path": ("edition.yaml", "id: fuqing", "id: ../fuqing", r"edition\.yaml:2", "'../fuqing' cannot be a name"),
    "an id that is a list": ("edition.yaml", "id: fuqing", "id: [fuqing]", r"edition\.yaml:2", "cannot be a name"),
    "an edition with a slash": ("edition.yaml", '"2024":', '"20/24":', r"edition\.yaml:\d+", "'20/24' cannot be a name"),
    "an edition with an at sign": ("edition.yaml", '"2024":', '"20@24":', r"edition\.yaml:\d+", "'20@24' cannot be a name"),
    "an edition named as one of before": ("edition.yaml", '"2024":', '"2024~12345678":', r"edition\.yaml:\d+", "cannot be a name"),
    "a rule with a space": ("rules/voc.yaml", "- id: voc-low-materials", "- id: voc low-materials", r"rules/voc\.yaml:\d+", "'voc low-materials' cannot be a name"),
    "a rule with a slash": ("rules/voc.yaml", "- id: voc-low-materials", "- id: 办公室/1", r"rules/voc\.yaml:\d+", "'办公室/1' cannot be a name"),
    "a placeholder that is not closed": ("rules/voc-operation.yaml", "{voc.emission_t}", "{voc.emission_t", r"rules/voc-operation\.yaml:\d+", "has a brace in its words that is part of no placeholder"),
    "a placeholder that is not opened": ("rules/voc-operation.yaml", "{voc.emission_t}", "voc.emission_t}", r"rules/voc-operation\.yaml:\d+", "has a brace in its words that is part of no placeholder"),
    "a placeholder with a space": ("rules/voc-operation.yaml", "{voc.emission_t}", "{ voc.emission_t }", r"rules/voc-operation\.yaml:\d+", "has a brace in its words that is part of no placeholder"),
    "a piece of words that is not closed": ("rules/voc-operation.yaml", "{voc.emission_t}", "[[{voc.emission_t}", r"rules/voc-operation\.yaml:\d+", "has a piece of words that should be"),
    "a piece of words that is not opened": ("rules/voc-operation.yaml", "{voc.emission_t}", "{voc.emission_t}]]", r"rules/voc-operation\.yaml:\d+", "has a piece of words that should be"),
    "a piece of words that names nothing": ("rules/voc-operation.yaml", "{voc.emission_t}", "{voc.emission_t}[[t]]", r"rules/voc-operation\.yaml:\d+", "has a piece of words that should be"),
    "a piece of words within another": ("rules/voc-operation.yaml", "{voc.emission_t}", "[[a {voc.emission_t} [[{voc.emission_t}]]]]", r"rules/voc-operation\.yaml:\d+", "has a piece of words that should be"),
    "a text of a list in words": ("rules/voc-operation.yaml", "{voc.emission_t}", "{voc.offsets.document}", r"rules/voc-operation\.yaml:\d+", "uses an unknown name {voc.offsets.document}"),
    "a figure in a title": ("rules/voc.yaml", "    title: {zh: ", "    title: {zh: \"{offset_ratio}\", en: x}\n    note: {zh: ", r"rules/voc\.yaml:\d+", "has a brace in its title"),
    "a requirement that is always met": ("rules/voc.yaml", "requires: voc.offset_t >= offset_ratio", "requires: voc.low_voc_materials or not voc.low_voc_materials or voc.offset_t >= offset_ratio", r"rules/voc\.yaml:\d+", "voc-offset requires what is always so"),
    "a requirement that is what applies": ("rules/voc-operation.yaml", "    requires: ", "    requires: voc.emission_t > voc_monitoring_above or ", r"rules/voc-operation\.yaml:\d+", "requires what is always so"),
    "an excuse for everybody": ("rules/voc.yaml", "requires: voc.offset_t >= offset_ratio * voc.emission_t", "requires: voc.offset_t >= offset_ratio * voc.emission_t\n    excused: voc.low_voc_materials or not voc.low_voc_materials", r"rules/voc\.yaml:\d+", "is always excused"),
    "a condition nested without end": ("rules/voc.yaml", "requires: voc.low_voc_materials", "requires: " + "not " * 2000 + "voc.low_voc_materials", r"rules/voc\.yaml:\d+", "is nested more than 60 deep"),
    "a sum without end": ("rules/voc.yaml", "requires: voc.offset_t >= offset_ratio", "requires: voc.offset_t >= " + "voc.added_t + " * 500 + "offset_ratio", r"rules/voc\.yaml:\d+", "is nested more than 60 deep"),
    "a row twice": ("tables/parks.csv", "jiangyin,", "rongqiao,", r"tables/parks\.csv:3", "there twice"),
    "a parameter twice": ("parameters.csv", "voc_monitoring_above,5,t/a", "offset_ratio,5,t/a", r"parameters\.csv:3", "there twice"),
    "a clause twice": ("clauses.csv", "\n2-2,", "\n2-1,", r"clauses\.csv:4", "there twice"),
    "a key twice": ("rules/voc.yaml", "    matter: eia\n", "    matter: eia\n    matter: eia\n", r"rules/voc\.yaml:11", "the key 'matter' is there twice"),
    "an unknown key": ("rules/voc.yaml", "    matter: eia\n", "    mater: eia\n    matter: eia\n", r"rules/voc\.yaml:10", "did you mean 'matter'"),
    "an unknown key of the head": ("edition.yaml", "rule_files:", "rulefiles: []\nrule_files:", r"edition\.yaml:\d+", "did you mean 'rule_files'"),
    "overlapping periods": ("tables/capacity_replacement.csv", "2021-08-01,2024-10-31", "2021-08-01,2024-11-30", r"capacity_replacement\.csv:\d+", "overlaps"),
    "a gap": ("tables/capacity_replacement.csv", "2021-08-01,2024-10-31", "2021-08-01,2024-09-30", r"capacity_replacement\.csv:\d+", "has a gap"),
    "a day that does not exist": ("tables/review_thresholds.csv", "2017-01-01,2023-05-31", "2017-01-01,2023-02-30", r"review_thresholds\.csv:2", "'2023-02-30' is no date"),
    "from after until": ("tables/review_thresholds.csv", "2017-01-01,2023-05-31", "2024-01-01,2023-05-31", r"review_thresholds\.csv:2", "the period is empty"),
    "a file that no list names": ("edition.yaml", "siting.yaml, ", "", r"rules/siting\.yaml", "nothing comes of it"),
    "a history of what is not": ("edition.yaml", "- parameter overrun_allowed\n", "- parameter overrun_allowed\n          - parameter guidance_from\n", r"edition\.yaml:\d+", "declares what does not differ: parameter guidance_from"),
    "a history that leaves out": ("edition.yaml", "changes: [parameter carbon_replacement_ratio, rule carbon-replacement]", "changes: [rule carbon-replacement]", r"edition\.yaml:\d+", "its history does not say so: parameter carbon_replacement_ratio"),
    "official without a document": ("tables/parks.csv", "third-party,园区公开资料（转引）", "official,园区公开资料（转引）", r"tables/parks\.csv:2", "official evidence needs"),
    "no quote": ("rules/voc.yaml", "{clause: 3.10-7, quote: 新、改、扩建涉 VOCs 排放项目，应使用低（无）VOCs 涂料、粘胶剂等}", "{clause: 3.10-7}", r"rules/voc\.yaml:6", "quote is lacking"),
    "a parameter left empty": ("parameters.csv", "offset_ratio,1.2,", "offset_ratio,,", r"parameters\.csv:2", "may not be empty"),
    "a parameter with a word": ("parameters.csv", "offset_ratio,1.2,", "offset_ratio,1.2倍,", r"parameters\.csv:2", "'1.2倍' is no figure"),
    "a typo in a term": ("edition.yaml", 'project.stage == "proposed"', 'project.stag == "proposed"', r"edition\.yaml:\d+", "did you mean 'project.stage'"),
    "a typo in a condition": ("rules/voc.yaml", "requires: voc.low_voc_materials", "requires: voc.low_voc_material", r"rules/voc\.yaml:14", "did you mean 'voc.low_voc_materials'"),
    "a typo in a choice": ("rules/fuel-ban.yaml", '"petcoke"', '"petcok"', r"rules/fuel-ban\.yaml:\d+", "did you mean 'petcoke'"),
    "a carrier that is no rule": ("clauses.csv", ",voc-online-monitoring,", ",voc-online-monitorin,", r"clauses\.csv:\d+", "did you mean 'voc-online-monitoring'"),
    "a sector reminded that is none": ("clauses.csv", "chemical;petrochemical", "chemical;petrochemicals", r"clauses\.csv:\d+", "did you mean 'petrochemical'"),
    "a product that no table has": ("tables/capacity_replacement.csv", "cement-clinker,cement-clinker,other", "cement-clinker,cement-klinker,other", r"capacity_replacement\.csv:2", "did you mean 'cement-clinker'"),
    "a threshold in another unit": ("tables/review_thresholds.csv", "energy.electricity_mwh,5000,MWh", "energy.electricity_mwh,5000,kWh", r"review_thresholds\.csv:4", "is measured in MWh"),
    "a reminder without its law": ("edition.yaml", "  - document: 福建省", "  - quote: 福建省", r"edition\.yaml:\d+", "document is lacking"),
    "a reminder for nobody known": ("edition.yaml", "    applies: proposed or under_construction\n", "    applies: proposed or under_constructoin\n", r"edition\.yaml:\d+", "did you mean 'under_construction'"),
    "a reminder from a day of no edition": ("edition.yaml", '    evidence: third-party\n    from: "2025-09-01"', '    evidence: third-party\n    from: "2025-09-02"', r"edition\.yaml:\d+", "no edition begins on that day"),
    "an area without words": ("edition.yaml", "  other: {zh: 福建省以外, en: outside Fujian}\n", "", r"edition\.yaml:\d+", "the area other has no words"),
    "words of an area that is none": ("edition.yaml", "  fujian: {zh: 福建省其他设区市", "  fujain: {zh: 福建省其他设区市", r"edition\.yaml:\d+", "did you mean 'fujian'"),
    "words of an area in one language": ("edition.yaml", "{zh: 福清市, en: Fuqing}", "{zh: 福清市}", r"edition\.yaml:\d+", "should hold zh and en"),
    "two areas of one name": ("edition.yaml", "en: elsewhere in Fuzhou", "en: Fuqing", r"edition\.yaml:\d+", "several areas are called 'Fuqing'"),
    "an area that no drop-down can hold": ("edition.yaml", "{zh: 福清市, en: Fuqing}", '{zh: "福清,市", en: Fuqing}', r"edition\.yaml:\d+", "may have no comma"),
    "an indicator that is none": ("edition.yaml", "  capacity_at_benchmark: ", "  capacity_benchmark: ", r"edition\.yaml:\d+", "did you mean 'capacity_at_benchmark'"),
    "a target that is no parameter": ("edition.yaml", "nh3n: reduction_target_nh3n", "nh3n: reduction_target_nh3", r"edition\.yaml:\d+", "did you mean 'reduction_target_nh3n'"),
    "a split by what is not summed": ("edition.yaml", "{measure: energy_tce, ", "{measure: energy_tc, ", r"edition\.yaml:\d+", "did you mean 'energy_tce'"),
    "a split without its figure": ("edition.yaml", "{measure: energy_tce, parameter: guidance_from}", "{measure: energy_tce}", r"edition\.yaml:\d+", "should have measure and parameter"),
    "a split that is reached otherwise": ("edition.yaml", "reached: above", "reached: below", r"edition\.yaml:\d+", "allowed: “at_least”, “above”"),
    "a ratio of offsets that is no figure": ("edition.yaml", "offset_ratio: offset_ratio", "offset_ratio: plan_continues", r"edition\.yaml:\d+", "the parameter 'plan_continues' is not allowed"),
    "a mark that is none": ("rules/voc.yaml", "    matter: eia\n", "    matter: eia\n    gives: guidance_require\n", r"rules/voc\.yaml:\d+", "did you mean 'guidance_required'"),
}  # fmt: skip


@pytest.mark.parametrize("kind", MISTAKES)
def test_a_mistake_is_found_where_it_stands(draft: Path, kind: str) -> None:
    file, old, new, place, words = MISTAKES[kind]
    change(draft / file, old, new)
    found = faults(draft).splitlines()
    assert any(re.search(place, each) and words in each for each in found), found


def test_a_typo_in_a_term_is_said_once(draft: Path) -> None:
    change(draft / "edition.yaml", 'project.stage == "proposed"', 'project.stag == "proposed"')
    assert len(faults(draft).splitlines()) == 1


def test_a_ruleset_without_sectors_is_named(draft: Path) -> None:
    change(draft / "edition.yaml", "  sectors: tables/sectors.csv\n", "")
    found = faults(draft)
    assert "tables/sectors.csv: " in found and "'sector' is never 'petrochemical'" in found


LACKING = ["id", "facts", "plan", "editions", "tables", "benchmark_document", "baseline_deadlines", "terms", "rule_files"]  # fmt: skip


@pytest.mark.parametrize("key", LACKING)
def test_a_key_that_the_head_lacks_is_named(draft: Path, key: str) -> None:
    path = draft / "edition.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"^{key}:.*\n(?:[ #].*\n)*", "", text, flags=re.MULTILINE), encoding="utf-8")
    found = faults(draft)
    assert f"{key} is lacking" in found and found.startswith("edition.yaml")


@pytest.mark.parametrize("table", ["benchmark_levels", "coal_equivalents", "review_thresholds", "capacity_replacement", "parks", "areas"])  # fmt: skip
def test_a_table_that_rules_read_and_the_edition_lacks_is_named(draft: Path, table: str) -> None:
    path = draft / "edition.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(rf"^  {table}:.*\n(?:    .*\n)*", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert f"reads the table {table}, which the edition lacks" in faults(draft)


@pytest.mark.parametrize(
    "content", ["", "\n# 尚未写\n", "each: []\n", "rules: []\n", "rules: {}\n", "- a\n", "rules: [x]\n", "a: [b\n"]
)
def test_a_rule_file_without_rules_is_named(draft: Path, content: str) -> None:
    (draft / "rules" / "voc.yaml").write_text(content, encoding="utf-8")
    found = faults(draft)
    assert "rules/voc.yaml" in found and "\\u000a" not in found and "\\n" not in found


def test_csv_as_excel_saves_it_is_read(draft: Path) -> None:
    before = [each.digest for each in load(draft)]
    for name, encoding in (("parks", "gbk"), ("areas", "utf-8-sig"), ("sectors", "gb18030")):
        path = draft / "tables" / f"{name}.csv"
        text = path.read_text(encoding="utf-8").replace("\n", "\r\n")
        path.write_bytes((text + ",,,\r\n").encode(encoding))
    assert faults(draft) == "" and [each.digest for each in load(draft)] == before


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"park\tname\nx\ty\n", "separated by commas"), (b"park;name\nx;y\n", "separated by commas"), (b"", "the file is empty"),
        (b"park,name,chemical_park,planning_eia,note,evidence,source\n\"x,y\n", "quotation marks do not pair"),
        (b"park,name\nx,y,z\n", "the row has 3 columns, the head 2"), (b"park,park\n", "there twice"), (b"\xff\xfe\x00\x01", "neither UTF-8 nor GBK"),
    ],
)  # fmt: skip
def test_a_table_that_cannot_be_read_is_named(draft: Path, content: bytes, words: str) -> None:
    (draft / "tables" / "parks.csv").write_bytes(content)
    found = faults(draft)
    assert "tables/parks.csv" in found and words in found


def made_up_law(name: str, articles: dict[int, str]) -> str:
    """A made-up text (虚构) of a law: each article that the rules cite holds what they quote of it, and nothing else."""
    texts = dict(articles)
    for edition in load_builtin():
        for citation in (each for rule in edition.rules for each in rule.citations if name in each.document):
            number = article_number(citation.article or "")
            if number is not None:
                texts[number] = f"{texts.get(number, '')}{citation.quote or ''}；"
    return "article,text\n" + "".join(f'{number},"{text}"\n' for number, text in sorted(texts.items()))


def test_what_a_law_says_is_held_against_its_text(draft: Path, tmp_path: Path) -> None:
    law = tmp_path / "law.csv"
    law.write_text(made_up_law("生态环境法典", {106: "自批准之日起超过五年，该项目方开工建设的"}), encoding="utf-8")
    laws = {"生态环境法典": law}
    assert faults(draft, laws=laws) == ""
    change(draft / "parameters.csv", "自批准之日起超过五年", "自批准之日起超过六年")
    assert "生态环境法典 第一百零六条 does not say" in faults(draft, laws=laws)
    change(draft / "parameters.csv", "第一百零六条", "第一百零七条")
    assert "第一百零七条 is not among the articles" in faults(draft, laws=laws)
    change(draft / "parameters.csv", "第一百零七条", "")
    assert "names its article" in faults(draft, laws=laws)


def kept(path: Path, wanted: str) -> None:
    """Leaves of a CSV file its head and the rows that hold a word."""
    head, *rows = path.read_text(encoding="utf-8").splitlines(keepends=True)
    path.write_text(head + "".join(each for each in rows if wanted and wanted in each), encoding="utf-8")


@pytest.mark.parametrize(
    "table", ["parks", "areas", "park_required", "limits", "review_thresholds", "coal_equivalents"]
)
def test_a_table_without_rows_is_named(draft: Path, table: str) -> None:
    kept(draft / "tables" / f"{table}.csv", "")
    assert f"the table {table} has no row" in faults(draft)


def test_thresholds_that_nothing_follows_are_named(draft: Path) -> None:
    """The first row alone is left, whose last day is no eve of an edition; then also those that end on one."""
    path = draft / "tables" / "review_thresholds.csv"
    whole = path.read_text(encoding="utf-8")
    kept(path, "2017-01-01,2023-05-31,energy.review_total_tce,1000,tce,review")
    found = faults(draft)
    assert "review_thresholds.csv:2: " in found and "ends on 2023-05-31: no row follows" in found
    path.write_text(whole, encoding="utf-8")
    kept(path, "2025-08-31")
    found = faults(draft)
    assert "no edition begins" not in found
    assert (
        "no row asks for review from 2025-09-01 on" in found and "no row asks for province from 2025-09-01 on" in found
    )


@pytest.mark.parametrize("name", ["2027", "2027.1", "2027-o1", "2027_1", "2027版"])
def test_names_that_addresses_can_carry_are_taken(draft: Path, name: str) -> None:
    change(draft / "edition.yaml", '"2024":', f'"{name}":')
    assert faults(draft) == ""


def test_a_rule_that_does_not_say_what_to_do_is_named(draft: Path) -> None:
    path = draft / "rules" / "voc-operation.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(re.sub(r"^    remedy:.*\n(?:      .*\n)*", "", text, flags=re.MULTILINE), encoding="utf-8")
    assert "voc-online-monitoring lacks a remedy" in faults(draft)
