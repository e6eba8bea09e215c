"""Sessions: what they hear, what they may do, and what is left of them."""

import asyncio
import json
import os
import signal
import sys
from pathlib import Path

import aiohttp
import pytest

from backprop_tui.web.session import Size, follow, packet_of
from tests.web.serving import COMMAND, browser, gone, served, session


async def test_a_session_from_a_key_to_its_end(shared):
    async with browser(shared) as client, session(client, shared) as app:
        await app.wait_for("0 of 10,001")
        await app.press(".")
        await app.wait_for("1 of 10,001")
        assert len(shared.sessions()) == 1
        await app.press("q")
        while (message := await app.socket.receive(timeout=5)).type == aiohttp.WSMsgType.BINARY:
            pass
        assert message.type == aiohttp.WSMsgType.CLOSE
    assert await gone(shared.sessions)


async def test_nothing_is_left_of_a_session_whose_browser_left(shared):
    async with browser(shared) as client:
        async with session(client, shared) as app:
            await app.wait_for("paused")
            assert len(shared.sessions()) == 1
        assert await gone(shared.sessions)
        async with session(client, shared, height=2) as app:
            await app.take_in(5)
            app.socket._response.connection.transport.abort()
        assert await gone(shared.sessions)


JUNK = [
    "",
    '["stdin", ""]',
    "[]",
    "{",
    "null",
    '["stdin"]',
    '["stdin", 5]',
    '["resize", {"width": "x", "height": 1}]',
]
JUNK += ['["resize"]', '["quit"]', '["stdin", "\\ud800"]', "[" * 5_000, '["exit", {}]', "\0", '"stdin"']
JUNK += ['["resize", {"width": 1e9, "height": 1}]', '["deliver_chunk_request", {"key": "x", "size": 9}]']


async def test_what_is_no_key_and_no_size_is_not_heard(shared):
    async with browser(shared) as client, session(client, shared) as app:
        await app.wait_for("0 of 10,001")
        for junk in JUNK:
            await app.socket.send_str(junk)
            await app.socket.send_bytes(junk.encode())
        await app.press(".")
        await app.wait_for("1 of 10,001")
        await app.socket.send_str(" " * 100_000)
        message = await app.socket.receive(timeout=5)
        while message.type == aiohttp.WSMsgType.BINARY:
            message = await app.socket.receive(timeout=5)
        assert message.type == aiohttp.WSMsgType.CLOSE and message.data == aiohttp.WSCloseCode.MESSAGE_TOO_BIG
    assert await gone(shared.sessions)


NONSENSE = ["\x1b[99999999u", "\x1b[48;9999;9999;9999;9999t", "\x1b[200~and no end", "\x1b[200~" + "x" * 50_000]


@pytest.mark.parametrize("nonsense", NONSENSE)
async def test_nothing_typed_ends_a_session_or_makes_it_deaf(shared, nonsense):
    async with browser(shared) as client, session(client, shared) as app:
        await app.wait_for("0 of 10,001")
        await app.press(nonsense)
        await app.read(1.5)  # after which a paste without an end is given up
        await app.press(".")
        await app.wait_for("1 of 10,001")
        assert "\n╰" in app.text  # the last row is where it was: no size came from a key


FLOODS = ["x", "\x1b[A", "\x1b[I", "\x1b[200~x\x1b[201~"]


@pytest.mark.parametrize("keys", FLOODS)
async def test_a_flood_of_keys_fills_no_memory_and_is_gone_with_its_browser(shared, keys):
    async with browser(shared) as client:
        async with session(client, shared) as app:
            await app.wait_for("paused")
            (pid,) = shared.sessions()
            reading = asyncio.create_task(app.read(60))
            for _ in range(100):
                await app.press(keys * (60_000 // len(json.dumps(keys))))
            await asyncio.sleep(1)
            assert all(_megabytes(each) < 150 for each in (pid, shared.process.pid))
            reading.cancel()
            app.socket._response.connection.transport.abort()
        assert await gone(shared.sessions)


def _megabytes(pid):
    """The most memory this process has had; of one that is gone, none."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return 0
    return int(status.partition("VmHWM:")[2].split()[0]) / 1_000


async def test_what_ends_a_screen_is_logged_and_ends_its_session(caplog):
    """Here an app that writes no packets."""

    class Socket:
        def __init__(self):
            self.closed = asyncio.Event()

        async def close(self):
            self.closed.set()

        def __aiter__(self):
            return self

        async def __anext__(self):
            await self.closed.wait()
            raise StopAsyncIteration

    command = (sys.executable, "-c", "print('x' * 200_000, flush=True); input()")
    await asyncio.wait_for(follow(Socket(), command, Size(80, 24)), 10)
    assert "a session's screen" in caplog.text and "LimitOverrunError" in caplog.text


async def test_a_screen_is_no_larger_than_screens_are(shared):
    def made_of(width, height):
        packet = packet_of(json.dumps(["resize", {"width": width, "height": height}]))
        return json.loads(packet[5:])

    assert made_of(100, 30) == {"type": "resize", "width": 100, "height": 30}
    assert made_of(10**30, -5) == {"type": "resize", "width": 500, "height": 1}
    async with browser(shared) as client:
        for width, height in ((99_999, 10**30), (-1, "x"), ("", "")):
            url = f"{shared.origin}/ws?width={width}&height={height}"
            async with client.ws_connect(url, headers={"Origin": shared.origin}) as socket:
                assert (await socket.receive(timeout=20)).type == aiohttp.WSMsgType.BINARY


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
async def test_a_signal_ends_it_and_its_sessions(number):
    with served("--speed", "max") as server:
        async with browser(server) as client, session(client, server) as app, session(client, server) as other:
            await app.wait_for("running")
            await other.wait_for("running")
            assert len(server.sessions()) == 2
            pids = server.sessions()
            assert await asyncio.to_thread(server.end, number) == (128 + number, "")
            assert not any(Path(f"/proc/{pid}").exists() for pid in pids)


async def test_sessions_end_when_the_server_is_killed():
    with served("--paused") as server:
        async with browser(server) as client, session(client, server) as app:
            await app.wait_for("paused")
            (pid,) = server.sessions()
            server.end(signal.SIGKILL)
            assert await gone(Path(f"/proc/{pid}/cwd").exists)


async def test_a_session_that_does_not_leave_is_ended():
    with served("--paused") as server:
        async with browser(server) as client:
            async with session(client, server) as app:
                await app.wait_for("paused")
                (pid,) = server.sessions()
                os.kill(pid, signal.SIGSTOP)
            assert await gone(Path(f"/proc/{pid}").exists)


async def test_the_options_are_those_of_every_session(tmp_path):
    (tmp_path / "it's $(own).csv").write_text("x1,x2,y\n0,0,0\n1,1,1\n")
    arguments = (
        "--data",
        "it's $(own).csv",
        "--hidden",
        "2",
        "--seed",
        "7",
        "--bias",
        "--speed",
        "20",
        "--paused",
    )
    with served(*arguments, "--theme=textual-light", cwd=tmp_path) as server:
        async with browser(server) as client, session(client, server, 120, 40) as app:
            await app.wait_for("paused")
            await app.wait_for("2-2-1 · biases")
            assert "seed 7" in app.text and "speed 20" in app.text


async def test_no_file_is_read_or_written_through_a_browser(tmp_path):
    """And what the app keeps for its user is gone with the session."""
    here, state, temporary = (tmp_path / name for name in ("here", "state", "tmp"))
    for folder in (here, state, temporary):
        folder.mkdir()
    (here / "random.py").write_text("raise SystemExit('what lies about was run')")
    command = (sys.executable, "-P", *COMMAND[1:])
    with served(
        "--paused", command=command, cwd=here, env={"XDG_STATE_HOME": str(state), "TMPDIR": str(temporary)}
    ) as server:
        async with browser(server) as client, session(client, server) as app:
            await app.wait_for("paused")
            for key in "..cCE":
                await app.press(key)
            await app.wait_for("In a browser nothing is saved")
            for key, then in (
                ("e", "Watched: 0"),
                ("\r", "What do you expect"),
                ("2", "enter run"),
                ("\r", "running"),
            ):
                await app.press(key)
                await app.wait_for(then)
            (kept,) = temporary.iterdir()
            assert await gone(lambda: not [*kept.rglob("lessons.json")])
        assert await gone(server.sessions) and await gone(lambda: [*temporary.iterdir()])
        assert server.end(signal.SIGINT)[1] == ""
    assert [path.name for path in here.iterdir()] == ["random.py"]
    assert [path.name for path in state.rglob("*") if path.is_file()] == ["log"]


async def test_sessions_leave_the_machine_to_each_other():
    with served("--speed", "max") as server:
        async with browser(server) as client, session(client, server) as app:
            await app.wait_for("speed 3,000")
            await app.press("-")
            await app.wait_for("speed 2,000")
            await app.press("+++")
            await app.wait_for("speed 3,000")
            await app.press("s")
            await app.wait_for("1,000 learned")
            await app.press("+")
            await app.wait_for("1,000 starts at most")
