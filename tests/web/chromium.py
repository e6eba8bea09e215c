"""A headless Chromium, spoken to over its DevTools protocol."""

import asyncio
import base64
import itertools
import json
import shutil
import struct
import zlib
from contextlib import asynccontextmanager

import aiohttp
import pyte

PROGRAM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
SIZE = (1000, 560)  # pixels of its window
FLAGS = ("--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--remote-debugging-port=0")
BUTTON = {"button": "left", "clickCount": 1}


class Page:
    """A page, and the terminal it shows, as an emulator keeps it that gets what the page gets."""

    def __init__(self, socket):
        self.socket, self.numbers, self.answers = socket, itertools.count(), {}
        self.screen = pyte.Screen(80, 24)
        self.stream = pyte.ByteStream(self.screen)
        self.asked_for, self.sent, self.sockets_closed = [], [], 0

    @property
    def text(self):
        return "\n".join(self.screen.display)

    async def listen(self):
        async for message in self.socket:
            said = message.json()
            if "id" in said:
                self.answers.pop(said["id"]).set_result(said)
            else:
                self.heard(said["method"], said["params"])

    def heard(self, method, about):
        if method == "Network.webSocketFrameReceived" and about["response"]["opcode"] == 2:
            self.stream.feed(base64.b64decode(about["response"]["payloadData"]))
        elif method == "Network.webSocketFrameSent":
            self.sent.append(json.loads(about["response"]["payloadData"]))
            if self.sent[-1][0] == "resize":
                self.screen.resize(self.sent[-1][1]["height"], self.sent[-1][1]["width"])
        elif method == "Network.requestWillBeSent":
            self.asked_for.append(about["request"]["url"])
        elif method == "Network.webSocketClosed":
            self.sockets_closed += 1

    async def tell(self, method, **about):
        number = next(self.numbers)
        answer = self.answers[number] = asyncio.get_running_loop().create_future()
        await self.socket.send_json({"id": number, "method": method, "params": about})
        said = await asyncio.wait_for(answer, 10)
        assert "error" not in said, said
        return said["result"]

    async def wait_for(self, words, seconds=15):
        try:
            async with asyncio.timeout(seconds):
                while words not in self.text:
                    await asyncio.sleep(0.02)
        except TimeoutError:
            raise AssertionError(f"{words!r} never came; the screen:\n{self.text}") from None

    async def shown(self, expression):
        """What this comes to in the page."""
        said = await self.tell("Runtime.evaluate", expression=expression, returnByValue=True)
        return said["result"].get("value")

    async def press(self, key, text="", code=0):
        """A key by its name; text: what it writes, code: the number of one that writes nothing."""
        for what in ("keyDown", "keyUp"):
            await self.tell("Input.dispatchKeyEvent", type=what, key=key, text=text, windowsVirtualKeyCode=code)

    async def click(self, column, row):
        """A click in the middle of this cell."""
        left, top, width, height = await self.shown(
            "(() => { const box = document.querySelector('.xterm-screen').getBoundingClientRect();"
            " return [box.left, box.top, box.width, box.height]; })()"
        )
        x = left + (column + 0.5) * width / self.screen.columns
        y = top + (row + 0.5) * height / self.screen.lines
        for what in ("mousePressed", "mouseReleased"):
            await self.tell("Input.dispatchMouseEvent", type=what, x=x, y=y, **BUTTON)

    async def picture(self):
        """The page as a PNG."""
        return base64.b64decode((await self.tell("Page.captureScreenshot"))["data"])


@asynccontextmanager
async def opened(address, folder):
    """Chromium at this address."""
    process = await asyncio.create_subprocess_exec(
        PROGRAM,
        *FLAGS,
        f"--user-data-dir={folder}",
        f"--window-size={SIZE[0]},{SIZE[1]}",
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
        env={"HOME": str(folder), "PATH": "/usr/bin:/bin"},
    )
    try:
        while b"DevTools listening on" not in (line := await process.stderr.readline()):
            assert line, "it did not start"
        door = line.split(b"://")[1].split(b"/")[0].decode()
        async with aiohttp.ClientSession() as client:
            async with client.put(f"http://{door}/json/new?about:blank") as answer:
                target = await answer.json()
            async with client.ws_connect(target["webSocketDebuggerUrl"], max_msg_size=0) as socket:
                page = Page(socket)
                listening = asyncio.create_task(page.listen())
                await page.tell("Network.enable")
                await page.tell("Page.enable")
                await page.tell("Page.navigate", url=address)
                yield page
                listening.cancel()
    finally:
        process.kill()
        await process.wait()


def pixels(png):
    """The rows of a PNG of 8 bits a channel, each a list of (red, green, blue)."""
    at, packed, head = 8, b"", b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        chunk = png[at + 8 : at + 8 + length]
        head, packed = (chunk if kind == b"IHDR" else head), packed + (chunk if kind == b"IDAT" else b"")
        at += 12 + length
    width, height, depth, colours = struct.unpack(">IIBB", head[:10])
    channels = {2: 3, 6: 4}[colours]
    assert depth == 8
    raw, stride, before, rows = zlib.decompress(packed), width * channels, bytes(width * channels), []
    for start in range(0, height * (stride + 1), stride + 1):
        before = _unfiltered(raw[start], raw[start + 1 : start + 1 + stride], before, channels)
        rows.append([tuple(before[x : x + 3]) for x in range(0, stride, channels)])
    return rows


def _unfiltered(kind, line, above, channels):
    out = bytearray(line)
    for x, value in enumerate(line):
        left, corner = (out[x - channels], above[x - channels]) if x >= channels else (0, 0)
        guess = (0, left, above[x], (left + above[x]) // 2, _paeth(left, above[x], corner))[kind]
        out[x] = (value + guess) & 255
    return bytes(out)


def _paeth(left, above, corner):
    return min((left, above, corner), key=lambda value: abs(left + above - corner - value))
