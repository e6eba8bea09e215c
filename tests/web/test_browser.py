"""The app in a real browser: a headless Chromium, pressed, clicked and looked at."""

import re
from collections import Counter

import pytest

from tests.web import chromium
from tests.web.serving import gone, served

pytestmark = pytest.mark.skipif(not chromium.PROGRAM, reason="there is no Chromium here")

VIOLET, BACKGROUND = (0xAF, 0x87, 0xFF), (0x12, 0x12, 0x12)  # of the theme
ACROSS = slice(60, 480)  # pixels of the left half


async def test_a_run_in_a_browser(tmp_path):
    with served("--paused") as server:
        async with chromium.opened(server.address, tmp_path) as page:
            await page.wait_for("space run/pause")
            await page.wait_for("0 of 10,001")
            assert await page.shown("location.href") == f"{server.origin}/"  # where no token is left to be seen
            assert await page.shown("document.cookie") == ""
            columns, rows = page.screen.columns, page.screen.lines
            assert columns > 90 and rows > 20 and page.text.count("╭") == 4

            first = next((line.index("◆"), row) for row, line in enumerate(page.screen.display) if "◆" in line)
            before = chromium.pixels(await page.picture())
            colours = Counter(colour for row in before for colour in row)
            assert len(colours) > 50 and colours[VIOLET] > 100
            assert 0.5 < colours[BACKGROUND] / colours.total() < 0.95

            await page.press(".", ".")
            await page.wait_for("1 of 10,001")
            await page.press("PageDown", code=34)
            await page.wait_for("101 of 10,001")
            after = chromium.pixels(await page.picture())
            height = len(after) // rows
            changed = {
                y // height for y, (old, new) in enumerate(zip(before, after)) if old[ACROSS] != new[ACROSS]
            }
            step = next(row for row, line in enumerate(page.screen.display) if "101 of" in line)
            assert changed & {step - 1, step, step + 1}

            await page.click(*first)
            await page.wait_for(" 0 of 10,001")
            footer = rows - 1
            await page.click(page.screen.display[footer].index("run/pause"), footer)
            await page.wait_for("running")

            assert len(server.sessions()) == 1
            await page.press("q", "q")
            assert await gone(lambda: not page.sockets_closed)
            assert await page.shown("getComputedStyle(document.querySelector('.over')).display") == "block"
            assert await gone(server.sessions)
            page.screen.reset()
            await page.shown("document.querySelector('.over a').click()")
            await page.wait_for("0 of 10,001")
            assert await page.shown("getComputedStyle(document.querySelector('.over')).display") == "none"
            assert all(url.startswith((f"{server.origin}/", "data:")) for url in page.asked_for)
        assert await gone(server.sessions)  # its window was closed


PASTE = """(() => {
  const pasted = new DataTransfer();
  pasted.setData("text/plain", "\\u0001😀".repeat(60000));
  const event = new ClipboardEvent("paste", { clipboardData: pasted, bubbles: true });
  document.querySelector(".xterm-helper-textarea").dispatchEvent(event);
})()"""


async def test_a_long_paste_comes_in_pieces_and_ends_nothing(tmp_path):
    with served("--paused") as server:
        async with chromium.opened(server.address, tmp_path) as page:
            await page.wait_for("0 of 10,001")
            await page.shown(PASTE)
            await page.press(".", ".")
            await page.wait_for("1 of 10,001")
            typed = "".join(said[1] for said in page.sent if said[0] == "stdin")
            assert typed.endswith("\x1b[200~" + "\x01😀" * 60_000 + "\x1b[201~.") and not page.sockets_closed


async def test_a_browser_that_is_not_let_in_is_told_why(tmp_path):
    with served() as server:
        async with chromium.opened(f"{server.origin}/?token=guessed", tmp_path) as page:
            text = ""
            while "needs" not in (text or ""):
                text = await page.shown("document.body && document.body.innerText")
            assert re.search("whole address .* with its token", text)
