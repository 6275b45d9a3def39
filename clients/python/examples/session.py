"""从第一份项目表到文书、其后的步骤和回执，不打开网页 / from the first sheet to the printed paper, the steps after it and the receipt, without a page.

python session.py URL OFFICER_KEY AUDITOR_KEY SHEET.json
"""

from __future__ import annotations

import json
import re
import sys
from datetime import date
from pathlib import Path

from two_high_client import Client, Conflict, ContentRefused


def main(url: str, officer_key: str, auditor_key: str, sheet_file: str) -> None:
    """Run the session and print what came of each step."""
    sheet, today = Path(sheet_file).read_bytes(), date.today()
    with Client(url, officer_key) as office, Client(url, auditor_key) as auditor:
        seen = last_event(auditor)

        # Look before submitting: nothing is stored.
        review = office.check(sheet)
        failing = [finding.rule for finding in review.findings if finding.status == "fail"]
        print("check", review.recommendation, ",".join(failing))

        # A sheet that cannot be used says where.
        try:
            office.check({"project": {"name": "虚构化工项目", "industry": "C2614"}, "voc": {"emission_t": "-1"}})
        except ContentRefused as error:
            print("refused", error.status, error.errors[0].pointer)

        # Submit, twice under one key: it is recorded once.
        made = office.submit(sheet, key="case-0001")
        assert office.submit(sheet, key="case-0001").id == made.id
        print("recorded", made.id, made.review.recommendation)

        # The days of the case, a unit's opinion, a note.
        office.take_step(made.project, "received", day=today)
        office.take_step(made.project, "accepted", day=today)
        asked = office.ask_units(made.project, ["市生态环境局（示例）"], "总量指标是否落实（示例）", working_days=5)
        office.record_reply(asked.id, "市生态环境局（示例）", "agree")
        office.close_consultation(asked.id)
        office.write_note("现场核实（示例）", project=made.project)

        # Answer what fails, then decide, unless someone has decided since the review was read.
        read = office.review(made.id)
        for finding in read.review.findings:
            if finding.status == "fail":
                office.answer_finding(made.id, finding.rule, finding.subject, "agreed")
        decided = office.decide(made.id, "reject", if_match=read.etag)
        print("decided", decided.id, "departs" if decided.departs else "as recommended")
        try:
            office.decide(made.id, "reject", if_match=read.etag)
        except Conflict as error:
            print("moved on", error.status)

        # The printed opinion, what its code belongs to, a step after the decision, and the receipt that proves it all.
        paper = office.paper(made.id, "opinion", form="html").decode()
        code = re.search(rf"\b{made.id}D[0-9A-Z]+(-[0-9A-Z]+)+", paper)
        assert code is not None
        found = office.look_up_paper(code[0])
        print("paper of", found.review, found.decision)
        office.take_step(made.project, "closed", reason="不予批准，办结（示例）")
        receipt = json.loads(office.receipt(made.id))
        print("receipt of", receipt["review"], "with", len(receipt["entries"]), "events")

        # How the project stands, and what was recorded meanwhile, each event once.
        print("stands", office.project(made.project).standing.outcome)
        print("same bytes", office.replay(made.id).difference is None)
        print("events", ",".join(event.kind for event in auditor.events(seen)))


def last_event(auditor: Client) -> int:
    """The number of the record's last event, to go on from."""
    last = 0
    for event in auditor.events():
        last = event.position
    return last


if __name__ == "__main__":
    main(*sys.argv[1:])
