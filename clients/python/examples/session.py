"""从第一份项目表到文书、其后的步骤和回执，不打开网页 / from the first sheet to the printed paper, the steps after it and the receipt, without a page.

python session.py URL OFFICER_KEY AUDITOR_KEY SHEET.json FOLDER
"""

from __future__ import annotations

import re
import sys
from datetime import date
from pathlib import Path

from two_high_client import Client, Conflict, ContentRefused

AS_OF, REASON = date(2025, 3, 1), "补录纸质案卷（示例）"
CONDITION = {"zh": "投产前接入在线监测（示例）", "en": "monitored online before operation (example)"}
UNIT = "市生态环境局（示例）"


def main(url: str, officer_key: str, auditor_key: str, sheet_file: str, folder: str) -> None:
    """Run the session and print what came of each step; the paper and the receipt go into the folder."""
    sheet = Path(sheet_file).read_bytes()
    with Client(url, officer_key) as office, Client(url, auditor_key) as auditor:
        seen = max((event.position for event in auditor.events()), default=0)
        look(office, sheet)
        number, project = submit(office, sheet)
        consult(office, project)
        decide(office, number)
        print_paper(office, number, Path(folder))

        # What comes after the paper, and the receipt that proves it all.
        office.take_step(
            project, "condition_met", condition="1", document="在线监测联网证明（示例）", key="case-0001-met"
        )
        (Path(folder) / "receipt.json").write_bytes(office.receipt(number))
        print("stands", office.project(project).standing.outcome)
        print("same bytes", office.replay(number).difference is None)

        # Every event since, each once. To go on another day: keep the last position.
        for event in auditor.events(seen):
            print("event", event.position, event.kind)


def look(office: Client, sheet: bytes) -> None:
    """Look before submitting: nothing is stored. A sheet that cannot be used says where."""
    review = office.check(sheet, as_of=AS_OF)
    print("check", review.recommendation, sum(finding.status == "missing" for finding in review.findings), "missing")
    try:
        office.check({"project": {"name": "虚构化工项目", "industry": "C2614"}, "voc": {"emission_t": "-1"}})
    except ContentRefused as error:
        print("refused", error.status, error.errors[0].pointer)


def submit(office: Client, sheet: bytes) -> tuple[str, int]:
    """Submit, twice under one key: it is recorded once. Returns the numbers of review and project."""
    made, again = (office.submit(sheet, as_of=AS_OF, reason=REASON, key="case-0001") for _ in range(2))
    assert again.id == made.id
    print("recorded", made.id, made.review.recommendation)
    return made.id, made.project


def consult(office: Client, project: int) -> None:
    """Ask a unit for its opinion, and write a note."""
    asked = office.ask_units(project, [UNIT], "总量指标是否落实（示例）", working_days=5)
    office.record_reply(asked.id, UNIT, "agree")
    office.close_consultation(asked.id)
    office.write_note("现场核实（示例）", project=project)


def decide(office: Client, number: str) -> None:
    """Decide on a condition, unless somebody has decided since the review was read."""
    read = office.review(number)
    decided = office.decide(number, "approve", conditions=[CONDITION], if_match=read.etag, key="case-0001-decision")
    print("decided", decided.id, "departs" if decided.departs else "as recommended")
    try:
        office.decide(number, "approve", conditions=[CONDITION], if_match=read.etag)
    except Conflict as error:
        print("moved on", error.status)


def print_paper(office: Client, number: str, folder: Path) -> None:
    """Print the opinion, and look up the code that is printed on it."""
    (folder / "opinion.pdf").write_bytes(office.paper(number, "opinion"))
    code = re.search(rf"\b{number}D[0-9A-Z]+(-[0-9A-Z]+)+", office.paper(number, "opinion", form="html").decode())
    assert code is not None
    found = office.look_up_paper(code[0])
    print("paper of", found.review, found.decision)


if __name__ == "__main__":
    main(*sys.argv[1:])
