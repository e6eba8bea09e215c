"""An SSH server of one's own on the loopback address, and the app run through it as on one far away."""

import getpass
import grp
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import backprop_tui
from tests.terminal.emulator import Terminal

PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"  # sshd is seldom on an ordinary user's
PROGRAMS = {name: shutil.which(name, path=PATH) for name in ("sshd", "ssh", "ssh-keygen")}
SERVER_SETTINGS = """\
ListenAddress 127.0.0.1:{port}
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/key.pub
PidFile none
UsePAM no
StrictModes no
PermitRootLogin yes
AuthenticationMethods publickey
"""
CLIENT_SETTINGS = (
    "StrictHostKeyChecking=no",
    "UserKnownHostsFile=/dev/null",
    "IdentitiesOnly=yes",
    "IdentityAgent=none",
    "LogLevel=ERROR",
)
SOURCE = Path(backprop_tui.__file__).parents[1]
APP = f"cd {shlex.quote(str(SOURCE))} && exec {shlex.quote(sys.executable)} -m backprop_tui"


class Server(NamedTuple):
    """A running sshd, and the folder that has its keys."""

    pid: int
    port: int
    folder: Path

    def opened(self, *arguments: str, **options) -> Terminal:
        """The app on the server, with these arguments of its own, in a client on a terminal here."""
        client = [PROGRAMS["ssh"], "-tt", "-F", "none", "-e", "none", "-i", f"{self.folder}/key"]
        client += [word for setting in CLIENT_SETTINGS for word in ("-o", setting)]
        client += ["-p", str(self.port), f"{getpass.getuser()}@127.0.0.1"]
        return Terminal(command=[*client, f"{APP} {shlex.join(arguments)}"], **options)

    def session(self) -> dict[int, str]:
        """The processes that sshd has started, each with its name; sshd's own for each client among them."""
        processes = {int(entry.name): _status(entry.name) for entry in Path("/proc").glob("[0-9]*")}
        found = {self.pid: "sshd"}
        while more := {
            pid: name for pid, (name, _, parent) in processes.items() if parent in found and pid not in found
        }:
            found |= more
        del found[self.pid]
        return found

    def link(self) -> list[int]:
        """The sshd that stands between the one client and the app's terminal."""
        return [pid for pid, name in self.session().items() if name.startswith("sshd")]

    def app(self) -> int:
        """The one app's process."""
        (pid,) = self.session().keys() - set(self.link())
        return pid


def obstacle() -> str:
    """Why there can be no such server here; nothing where there can."""
    if missing := [name for name, path in PROGRAMS.items() if path is None]:
        return f"not installed here: {', '.join(missing)}"
    ours, theirs = os.openpty()
    group = os.fstat(theirs).st_gid
    os.close(ours)
    os.close(theirs)
    if os.getuid() != 0 and group != grp.getgrnam("tty").gr_gid:
        return "terminals are not the group tty's here, and only root's sshd can make them so"
    return ""


@contextmanager
def server(folder: Path) -> Iterator[Server]:
    """An sshd with its files in this folder; it ends with all its sessions."""
    for name in ("key", "host_key"):
        subprocess.run(
            [PROGRAMS["ssh-keygen"], "-q", "-t", "ed25519", "-N", "", "-f", folder / name], check=True
        )
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    configuration = folder / "sshd_config"
    configuration.write_text(SERVER_SETTINGS.format(port=port, folder=folder))
    if os.getuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # an empty folder that root's sshd insists on
    daemon = subprocess.Popen([PROGRAMS["sshd"], "-D", "-f", configuration, "-E", folder / "log"])
    started = Server(daemon.pid, port, folder)
    try:
        _wait_for(started)
        yield started
    finally:
        left = started.session()
        daemon.kill()
        daemon.wait()
        tell(left, signal.SIGKILL)


def tell(pids: Iterable[int], number: signal.Signals) -> None:
    """Send the signal to those of the processes that still are."""
    for pid in pids:
        with suppress(ProcessLookupError):
            os.kill(pid, number)


def left_of(pids: Iterable[int], seconds: float) -> list[int]:
    """Those of the processes that still run after so long; a dead one that nobody waited for does not."""
    end = time.monotonic() + seconds
    while left := [pid for pid in pids if _status(pid)[1] not in ("", "Z")]:
        if time.monotonic() > end:
            break
        time.sleep(0.02)
    return left


def resident_kib(pid: int) -> int:
    """The memory of the process that is in the machine's."""
    status = Path(f"/proc/{pid}/status").read_text()
    return int(status.partition("VmRSS:")[2].split()[0])


def _status(pid: int | str) -> tuple[str, str, int]:
    """Name, state and parent of a process; of one that is gone, nothing."""
    try:
        before, _, after = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")
    except (FileNotFoundError, ProcessLookupError):
        return "", "", 0
    state, parent, *_ = after.split()
    return before.partition("(")[2], state, int(parent)


def _wait_for(started: Server) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with suppress(ConnectionRefusedError), socket.create_connection(("127.0.0.1", started.port)):
            return
        time.sleep(0.02)
    raise AssertionError((started.folder / "log").read_text())
