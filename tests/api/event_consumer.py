"""A consumer of the feed of events, in a process that can be killed: of the standard library alone, so that it starts at once."""

from __future__ import annotations

import json
import random
import sqlite3
from multiprocessing.connection import Connection
from urllib.request import Request, urlopen


def consume(url: str, key: str, file: str, seed: int, enough: int, most: int, telling: Connection) -> None:
    """Read the feed until the event `enough` was seen, from where the file says, at most `most` a page.

    What is seen and where to go on are stored in one transaction; an event that comes a second time ends the process with an error.
    """
    chance = random.Random(seed)
    stored = sqlite3.connect(file, isolation_level=None)
    [(after,)] = stored.execute("SELECT after FROM cursor").fetchall()
    while after < enough:
        asked = Request(
            f"{url}/api/v1/events?after={after}&limit={chance.randint(1, most)}",
            headers={"Authorization": f"Bearer {key}"},
        )
        with urlopen(asked, timeout=60) as answer:
            page = json.loads(answer.read())
        stored.execute("BEGIN IMMEDIATE")
        stored.executemany(
            "INSERT INTO seen VALUES (?, ?, ?)",
            [(each["position"], each["previous"], each["digest"]) for each in page["items"]],
        )
        stored.execute("UPDATE cursor SET after = ?", (page["after"],))
        stored.execute("COMMIT")
        after = page["after"]
        telling.send(len(page["items"]))
    stored.close()
