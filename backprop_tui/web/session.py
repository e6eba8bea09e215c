"""A session: one process of the app, for as long as its browser is there."""

import asyncio
import json
import logging
import os
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from contextlib import suppress
from tempfile import TemporaryDirectory
from typing import NamedTuple

from aiohttp import web

DRIVER = "backprop_tui.ui.terminal.browser:BrowserDriver"
BEGINNING = b"__GANGLION__\n"  # what the app's packets begin after
LARGEST = (500, 200)  # columns and rows
MOST_UNREAD = 1 << 20  # bytes typed that the app has not taken yet; more are dropped
LEAVE_SECONDS = 2.0  # that the app has to leave


class Size(NamedTuple):
    """Columns and rows."""

    width: int
    height: int


def bounded(width: int, height: int) -> Size:
    """A size that a screen may have."""
    return Size(min(max(width, 1), LARGEST[0]), min(max(height, 1), LARGEST[1]))


async def follow(websocket: web.WebSocketResponse, command: Sequence[str], size: Size) -> None:
    """Run the app for this browser until either is gone. What it keeps is its own, and gone with it."""
    with TemporaryDirectory(prefix="backprop-tui-", ignore_cleanup_errors=True) as folder:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=PIPE,
            stdout=PIPE,
            env=_environment(folder, size),
            start_new_session=True,  # a ctrl+c is the server's, which ends its sessions in order
        )
        sending = asyncio.create_task(_to_browser(process, websocket))
        try:
            await _to_app(websocket, process)
        finally:
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
            await _end(process)


def _environment(folder: str, size: Size) -> dict[str, str]:
    return {
        **os.environ,
        "TEXTUAL_DRIVER": DRIVER,
        "TEXTUAL_COLOR_SYSTEM": "truecolor",
        "TERM": "xterm-256color",
        "COLUMNS": str(size.width),
        "ROWS": str(size.height),
        "XDG_STATE_HOME": folder,
    }


async def _to_browser(process: Process, websocket: web.WebSocketResponse) -> None:
    """Hand on what the app draws, until it is gone; the browser is told so."""
    try:
        await _drawn(process, websocket)
    except Exception:
        logging.getLogger(__name__).exception("a session's screen")
    await websocket.close()


async def _drawn(process: Process, websocket: web.WebSocketResponse) -> None:
    """Hand on what the app draws; a browser that does not take it has the app wait."""
    assert process.stdout
    with suppress(asyncio.IncompleteReadError, ConnectionError):
        await process.stdout.readuntil(BEGINNING)
        while True:
            head = await process.stdout.readexactly(5)
            packet = await process.stdout.readexactly(int.from_bytes(head[1:], "big"))
            if head[:1] == b"D":
                await websocket.send_bytes(packet)


async def _to_app(websocket: web.WebSocketResponse, process: Process) -> None:
    """Hand on what is typed, until the browser is gone.

    It waits for nothing but the browser, whose leaving would go unnoticed meanwhile.
    """
    assert process.stdin
    async for message in websocket:
        if process.stdin.transport.get_write_buffer_size() < MOST_UNREAD:
            process.stdin.write(packet_of(message.data))


def packet_of(message: str | bytes) -> bytes:
    """What the browser says as the app reads it; of anything else, nothing."""
    try:
        said = json.loads(message)
    except (ValueError, RecursionError):
        return b""
    match said:
        case ["stdin", str(typed)] if typed:
            return _packet(b"D", typed.encode("utf-8", "replace"))
        case ["resize", {"width": int(width), "height": int(height)}]:
            return _packet(b"M", json.dumps({"type": "resize", **bounded(width, height)._asdict()}).encode())
    return b""


def _packet(kind: bytes, payload: bytes) -> bytes:
    return kind + len(payload).to_bytes(4, "big") + payload


async def _end(process: Process) -> None:
    """Have the app leave, which it does when nothing can come any more; or, where it does not, end it."""
    assert process.stdin
    process.stdin.transport.abort()  # with what it has not taken yet
    try:
        with suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await _gone(process)
    finally:  # also where the server is not left the time
        if process.returncode is None:
            process.kill()
            await _gone(process)


async def _gone(process: Process) -> None:
    assert process.stdout
    while await process.stdout.read(1 << 16):  # or it would wait for that to be taken
        pass
    await process.wait()
