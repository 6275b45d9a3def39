"""A version of the product at work, in its own checkout and Python: `python reviewing.py SHEETS`, asked in lines of JSON, each a word and numbers of sheets.

It imports what both versions have, and nothing of the benchmark. It answers with the processor's seconds, and `digests` with the SHA-256 of every
review's bytes.
"""

from __future__ import annotations

import gc
import hashlib
import http.client
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from functools import cached_property
from pathlib import Path
from urllib.parse import urlsplit

from review import Register, choose, judge, parse_sheet
from review.readers.sheets import read_json
from review.record.cases.submissions import submit
from review.record.proof.rejudging import rejudge, tasks
from review.record.storage.store import Store, open_store
from review.replay.replaying import Summary, Target
from tests.api.conftest import Process, start

AS_OF, EDITION, OFFICER = date(2025, 3, 1), "fuqing@2023", "基准测试（虚构）"
TICKS = os.sysconf("SC_CLK_TCK")


class Version:
    """What is asked of it. Sheets are named by their numbers."""

    def __init__(self, texts: list[str], folder: str) -> None:
        self.texts, self.folder = texts, folder
        self.ruleset = choose(EDITION, AS_OF)
        self.sheets = [parse_sheet(read_json(text)) for text in texts]

    def reviews(self, numbers: list[int]) -> float:
        """Complete reviews, from the validated sheets to bytes."""
        return spent(lambda: [judge(self.sheets[number], self.ruleset, AS_OF).to_bytes() for number in numbers])

    def digests(self, numbers: list[int]) -> list[str]:
        """The SHA-256 of the reviews: without a register, and recorded with an empty one."""
        found = []
        for number in numbers:
            plain, recorded = (
                judge(self.sheets[number], self.ruleset, AS_OF, register) for register in (None, Register(0, {}))
            )
            found.append(hashlib.sha256(plain.to_bytes() + recorded.to_bytes()).hexdigest())
        return found

    @cached_property
    def submitted(self) -> Store:
        return open_store(f"{self.folder}/submitted.sqlite")

    def submit(self, numbers: list[int]) -> float:
        """Sheets judged and recorded."""
        return self._submit(self.submitted, numbers)

    def _submit(self, store: Store, numbers: list[int]) -> float:
        def work() -> None:
            for number in numbers:
                sheet = self.sheets[number]
                submit(store, sheet, OFFICER, ruleset=self.ruleset, as_of=AS_OF, reason="补录（示例）")

        return spent(work)

    def record(self, numbers: list[int]) -> float:
        """A record of its own is filled, to be replayed."""
        self.replayed = open_store(f"{self.folder}/replayed.sqlite")
        return self._submit(self.replayed, numbers)

    def replay(self, numbers: list[int]) -> float:
        """Everything in that record replayed, in this process."""

        def work() -> None:
            summary = Summary()
            with self.replayed.reading() as connection:
                for result in rejudge(tasks(connection), Target(), 1):
                    summary.add(result)
            if not summary.clean:
                raise RuntimeError(f"replay: {summary}")

        return spent(work)

    @cached_property
    def server(self) -> Process:
        return start(f"sqlite:///{self.folder}/served.sqlite", requests_per_minute="1000000")

    def check(self, numbers: list[int]) -> float:
        """`POST /check`, sheet after sheet: what the server's process spends."""
        server = self.server
        address = urlsplit(server.url)
        connection = http.client.HTTPConnection(address.hostname or "", address.port)
        headers = {"Authorization": f"Bearer {server.keys['officer']}", "Content-Type": "application/json"}
        before = self._served()
        for number in numbers:
            where = f"/api/v1/check?as_of={AS_OF.isoformat()}&ruleset={EDITION}"
            connection.request("POST", where, self.texts[number].encode(), headers)
            answer = connection.getresponse()
            text = answer.read()
            if answer.status != 200:
                raise RuntimeError(f"{answer.status} {text[:200]!r}")
        connection.close()
        return self._served() - before

    def _served(self) -> float:
        fields = Path(f"/proc/{self.server.process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / TICKS

    def close(self) -> None:
        """End the server, if it was started."""
        if "server" in self.__dict__:
            self.server.process.terminate()
            self.server.process.wait(timeout=60)


def spent(work: Callable[[], object]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began


def main(sheets: str) -> None:
    # What the product prints is not an answer.
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    with tempfile.TemporaryDirectory() as folder:
        version = Version(json.loads(Path(sheets).read_text(encoding="utf-8")), folder)
        try:
            for line in sys.stdin:
                asked = json.loads(line)
                print(json.dumps(getattr(version, asked["word"])(asked["numbers"])), file=answers, flush=True)
        finally:
            version.close()


if __name__ == "__main__":
    main(sys.argv[1])
