"""A server of sessions in a process of its own, and a browser's side of a session without the browser."""

import asyncio
import json
import os
import re
import subprocess
import sys
import time
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import aiohttp
import pyte

ROOT = Path(__file__).parents[2]
COMMAND = (sys.executable, "-m", "backprop_tui", "serve")
ENVIRONMENT = {"PYTHONPATH": str(ROOT)}  # for the tests that start it in a folder of theirs


class Server:
    """The process; address: what it printed first, origin: its beginning."""

    def __init__(self, process):
        self.process = process
        self.address = process.stdout.readline().rstrip("\n")
        self.said = process.stdout.readline().rstrip("\n")
        found = re.fullmatch(r"((https?)://([\w.:\[\]-]+))/\?token=([\w-]{43})", self.address)
        assert found, (self.address, process.communicate())
        self.origin, _, self.host, self.token = found.groups()

    def sessions(self):
        """The processes it has started and that live."""
        return [pid for pid in _processes() if _parent(pid) == self.process.pid]

    def end(self, number, seconds=10):
        """Its status after this signal, and what it said on standard error."""
        self.process.send_signal(number)
        _, errors = self.process.communicate(timeout=seconds)
        return self.process.returncode, errors


def _processes():
    return [int(path.name) for path in Path("/proc").iterdir() if path.name.isdecimal()]


def _parent(pid):
    """Of one that lives; of another, None."""
    try:
        state, parent = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[:2]
    except OSError:
        return None
    return None if state == "Z" else int(parent)


@contextmanager
def served(*arguments, command=COMMAND, **options):
    options["env"] = {**os.environ, **ENVIRONMENT, **options.get("env", {})}
    process = subprocess.Popen(
        [*command, "--port", "0", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        **options,
    )
    try:
        yield Server(process)
    finally:
        process.kill()
        process.wait()
        process.stdout.close()  # not read to the end: a session that outlives it would hold it open
        process.stderr.close()


@asynccontextmanager
async def browser(server=None):
    """A browser without a page; of this server, let in."""
    jar = aiohttp.CookieJar(unsafe=True)  # which is: from addresses that are numbers, too
    async with aiohttp.ClientSession(cookie_jar=jar) as client:
        if server:
            for url in (server.address, server.origin):
                async with client.get(url) as answer:
                    assert answer.status == 200, await answer.text()
        yield client


class Session:
    """A session's screen."""

    def __init__(self, socket, width, height):
        self.socket, self.received = socket, b""
        self.screen = pyte.Screen(width, height)
        self.stream = pyte.ByteStream(self.screen)

    @property
    def text(self):
        return "\n".join(self.screen.display)

    async def press(self, keys):
        await self.socket.send_str(json.dumps(["stdin", keys]))

    async def wait_for(self, words, seconds=20):
        end = time.monotonic() + seconds
        while words not in self.text:
            assert time.monotonic() < end, f"{words!r} never came; the screen:\n{self.text}"
            await self.take_in(end - time.monotonic())

    async def take_in(self, seconds):
        """What comes next."""
        try:
            async with asyncio.timeout(seconds):  # receive's own begins anew with each heartbeat
                message = await self.socket.receive()
        except TimeoutError:
            return
        assert message.type == aiohttp.WSMsgType.BINARY, (message, self.text)
        self.received += message.data
        self.stream.feed(message.data)

    async def read(self, seconds):
        """All that comes for so long."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            await self.take_in(left)


@asynccontextmanager
async def session(client, server, width=100, height=30, origin=None):
    headers = {"Origin": origin or server.origin}
    url = f"{server.origin}/ws?width={width}&height={height}"
    async with client.ws_connect(url, headers=headers) as socket:
        yield Session(socket, width, height)


async def gone(is_there, seconds=5):
    """Whether it ceases to be within so long."""
    end = time.monotonic() + seconds
    while is_there():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.02)
    return True
