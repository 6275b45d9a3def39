"""An approval system that receives webhooks: keeps what came, answers as it is told."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

ENOUGH_SECONDS = 60


@dataclass
class Receiver:
    """Messages in the order they came: headers (names in lower case) and body; `asked` counts those too that it has not answered."""

    url: str = ""
    status: int = 204
    messages: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    arrived: threading.Condition = field(default_factory=threading.Condition)
    asked: int = 0
    # While it is not set, whoever asks hangs.
    answers: threading.Event = field(default_factory=threading.Event)

    def wait(self, many: int) -> list[tuple[dict[str, str], bytes]]:
        """What came, once so many have come."""
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.messages) >= many, ENOUGH_SECONDS), self.messages
            return list(self.messages)

    def ids(self) -> list[str]:
        with self.arrived:
            return [headers["webhook-id"] for headers, _ in self.messages]


@contextmanager
def receiving() -> Iterator[Receiver]:
    """A receiver on loopback."""
    receiver = Receiver()
    receiver.answers.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            with receiver.arrived:
                receiver.asked += 1
                receiver.arrived.notify_all()
            receiver.answers.wait(ENOUGH_SECONDS * 2)
            # Before it is answered: the next message may come, in another thread, as soon as it is.
            with receiver.arrived:
                receiver.messages.append(({name.lower(): value for name, value in self.headers.items()}, body))
                receiver.arrived.notify_all()
            self.send_response(receiver.status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing is said of a request."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    receiver.url = f"http://127.0.0.1:{server.server_port}/hook"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield receiver
    finally:
        receiver.answers.set()
        server.shutdown()
        thread.join()
        server.server_close()
