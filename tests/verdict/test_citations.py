"""What a finding cites: the rule's own words, then each source that it rests on once."""

from __future__ import annotations

from copy import deepcopy

from review import from_content, judge, parse_sheet
from tests.sheets import AS_OF, found, review, sheet

# A factor that a fact rests on too, where energy is stated in tonnes of oil equivalent.
RESTS_ON_A_FACTOR = "energy.total_tce <= 1000 * kgce_per_kgoe"


def test_a_parameter_that_a_fact_rests_on_too_is_cited_once() -> None:
    raw = sheet({"energy.items[0].carrier": "diesel", "energy.items[0].quantity": "10", "energy.items[0].unit": "toe"})
    content = deepcopy(dict(review(raw, edition="fuqing@2026").case.ruleset.content))
    rule = next(each for each in content["rules"] if each["id"] == "energy-report")
    rule["requires"] = RESTS_ON_A_FACTOR
    edition = from_content(content)
    result = judge(parse_sheet(raw), edition, AS_OF)
    (finding,) = found(result, "energy-report")
    cited = [(each.document, each.quote) for each in finding.citations]
    factor = next(
        source for source in result.facts.project["energy.total_tce"].sources if source.name == "kgce_per_kgoe"
    )
    assert cited.count((factor.citation.document, factor.citation.quote)) == 1
    assert finding.encoded in judge(parse_sheet(raw), edition, AS_OF).to_bytes()
