"""What PID 1 does with a unit, on a site on which no systemd runs: units.py enable|start|stop|restart|daemon-reload NAME… (as systemctl), loopback.

ExecStart is run as the unit's User, in its WorkingDirectory, with its EnvironmentFile alone, its StateDirectory, UMask, NoNewPrivileges,
CapabilityBoundingSet and MemoryDenyWriteExecute. A setting that is not known here and not left to `systemd-analyze` is an error.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import select
import shlex
import shutil
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

UNITS, STATE = Path("/etc/systemd/system"), Path("/run/systemd")
Unit = dict[str, list[str]]
_PR_SET_MDWE, _REFUSE_EXEC_GAIN = 65, 1
_SIOCSIFFLAGS, _IFF_UP = 0x8914, 1


def read(name: str) -> Unit:
    """The settings of a unit by name; one that is set twice has two values."""
    found: Unit = {}
    for line in (UNITS / name).read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    return found


def environment(unit: Unit) -> dict[str, str]:
    """The variables of the process: those of systemd, then those of the unit."""
    found = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
    for file in unit["EnvironmentFile"]:
        for line in Path(file).read_text(encoding="utf-8").splitlines():
            if line and not line.startswith("#"):
                name, _, value = line.partition("=")
                found[name] = value[1:-1] if value.startswith("'") else value
    return found


def spawn(name: str) -> subprocess.Popen[bytes]:
    """Start what a unit names, as its account; what it prints goes to its log."""
    unit = read(name)
    (user,) = unit["User"]
    (folder,) = unit["StateDirectory"]
    state = Path("/var/lib") / folder
    state.mkdir(exist_ok=True)
    state.chmod(int(unit["StateDirectoryMode"][0], 8))
    command = shlex.split(unit["ExecStart"][0])
    assert unit["NoNewPrivileges"] == ["yes"] and unit["CapabilityBoundingSet"] == [""]
    shutil.chown(state, user, user)
    command = ["setpriv", f"--reuid={user}", f"--regid={user}", "--clear-groups", "--no-new-privs", "--bounding-set=-all", "--inh-caps=-all", *command]  # fmt: skip

    def before() -> None:
        os.umask(int(unit["UMask"][0], 8))
        if unit["MemoryDenyWriteExecute"] == ["yes"] and _knows_the_refusal():
            _refuse_writable_code()

    with (STATE / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            command, cwd=unit["WorkingDirectory"][0], env=environment(unit), stdin=subprocess.DEVNULL, stdout=log, stderr=log,
            start_new_session=True, preexec_fn=before,
        )  # fmt: skip


def start(name: str) -> int:
    """Start a service; one of the type oneshot is waited for. Returns its exit code, 0 of one that goes on."""
    if name.endswith(".timer"):
        (UNITS / name.replace(".timer", ".service")).read_bytes()
        return 0
    process = spawn(name)
    if read(name)["Type"] == ["oneshot"]:
        code = process.wait()
        sys.stdout.write((STATE / f"{name}.log").read_text(encoding="utf-8"))
        return code
    (STATE / f"{name}.pid").write_text(str(process.pid), encoding="ascii")
    return 0


def stop(name: str) -> int:
    """Stop a service and wait until it has ended. Returns 0."""
    file = STATE / f"{name}.pid"
    number = int(file.read_text(encoding="ascii"))
    ending = os.pidfd_open(number)
    os.kill(number, signal.SIGTERM)
    limit = int(read(name)["TimeoutStopSec"][0])
    ended, _, _ = select.select([ending], [], [], limit)
    if not ended:
        raise SystemExit(f"{name} did not stop within {limit} s")
    file.unlink()
    return 0


def loopback() -> int:
    """Bring up the loopback interface of a network namespace. Returns 0."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asking:
        fcntl.ioctl(asking, _SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", _IFF_UP))
    return 0


def _knows_the_refusal() -> bool:
    """Whether this Linux has PR_SET_MDWE (6.3 and later); systemd itself does it by a filter of system calls."""
    major, minor = os.uname().release.split(".")[:2]
    return (int(major), int(minor)) >= (6, 3)


def _refuse_writable_code() -> None:
    """No memory of this process and its children becomes executable that was writable. Raises OSError."""
    library = ctypes.CDLL(None, use_errno=True)
    if library.prctl(_PR_SET_MDWE, _REFUSE_EXEC_GAIN, 0, 0, 0):
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_MDWE)")


def main(arguments: list[str]) -> int:
    """Do as systemctl would. Returns the exit code."""
    verb, *names = [each for each in arguments if not each.startswith("--")]
    if verb == "loopback":
        return loopback()
    if verb == "daemon-reload":
        return 0
    assert names and verb in ("enable", "start", "stop", "restart"), arguments
    codes = []
    for each in names:
        name = each if "." in each else f"{each}.service"
        if verb in ("stop", "restart"):
            codes.append(stop(name))
        if verb in ("start", "restart") or (verb == "enable" and "--now" in arguments):
            codes.append(start(name))
    return max(codes, default=0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
