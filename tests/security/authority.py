"""A time stamp authority (RFC 3161) of the tests' own, by OpenSSL, over loopback."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

_CONFIG = """
[authority]
serial = serial
crypto_device = builtin
signer_cert = stamping.pem
signer_key = stamping.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256
ess_cert_id_alg = sha256
"""
_PURPOSE = "basicConstraints = critical,CA:FALSE\nkeyUsage = critical,digitalSignature\nextendedKeyUsage = critical,timeStamping\n"


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def made_authority(folder: Path) -> Path:
    """An authority in a folder: its root certificate is `root.pem`."""
    folder.mkdir()
    (folder / "authority.cnf").write_text(_CONFIG)
    (folder / "purpose").write_text(_PURPOSE)
    (folder / "serial").write_text("01\n")
    key = ("-newkey", "rsa:2048", "-nodes")
    openssl(
        folder, "req", "-x509", *key, "-subj", "/CN=root", "-days", "3650", "-keyout", "root.key", "-out", "root.pem"
    )
    openssl(folder, "req", *key, "-subj", "/CN=stamping", "-keyout", "stamping.key", "-out", "stamping.csr")
    openssl(
        folder, "x509", "-req", "-in", "stamping.csr", "-CA", "root.pem", "-CAkey", "root.key", "-CAcreateserial", "-days", "3650",
        "-extfile", "purpose", "-out", "stamping.pem",
    )  # fmt: skip
    return folder


def answer(folder: Path, query: bytes) -> bytes:
    """The authority's answer to a query."""
    (folder / "query.tsq").write_bytes(query)
    openssl(
        folder, "ts", "-reply", "-config", "authority.cnf", "-section", "authority", "-queryfile", "query.tsq", "-out", "answer.tsr"
    )  # fmt: skip
    return (folder / "answer.tsr").read_bytes()


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """The address at which the authority answers."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            assert self.headers["Content-Type"] == "application/timestamp-query"
            content = answer(folder, self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(200)
            self.send_header("Content-Type", "application/timestamp-reply")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/"
        finally:
            server.shutdown()
            thread.join()
