"""A demo played on the app: on the recorder's clock, or live."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from backprop_tui.core.demo import NAMED_KEYS, Act, Demo
from backprop_tui.core.files import BadFile, shown

if TYPE_CHECKING:
    from backprop_tui.ui.presenting import PresentingApp

LOOK_SECONDS = 0.1  # between two looks at whether what is waited for has come
LONGEST_UNTIL = 120.0  # seconds
ESC_SECONDS = 0.2  # before which another key would be the rest of an escape sequence


async def play(
    app: "PresentingApp",
    demo: Demo,
    sleep: Callable[[float], Awaitable[None]],
    picture: Callable[[str], object],
) -> None:
    """Act after act, until the last or until the app is left.

    sleep: waits so many seconds. picture: is called with the name of each moment that has one. Raises
    BadFile where what is waited for does not come.
    """
    for act in demo.acts:
        if act.caption is not None:
            app.say(act.caption)
        app.act, app.goal = act, act.step
        for key in act.keys:
            app.press(NAMED_KEYS.get(key, key))
            await sleep(max(act.every, ESC_SECONDS if key == "esc" else 0.0))
        await sleep(act.seconds)
        await _come(app, act, sleep)
        if act.picture:
            picture(act.picture)
        app.goal = None


async def _come(app: "PresentingApp", act: Act, sleep: Callable[[float], Awaitable[None]]) -> None:
    """Wait for what the act waits for."""
    waited = 0.0
    while app.is_running and not _has_come(app, act):
        if waited > LONGEST_UNTIL:
            what = f"step {act.step}" if act.step is not None else shown(act.until)
            raise BadFile(f"{act.place}: {what} did not come within {LONGEST_UNTIL:.0f} seconds")
        await sleep(LOOK_SECONDS)
        waited += LOOK_SECONDS


def _has_come(app: "PresentingApp", act: Act) -> bool:
    if act.step is not None and (app.snapshot is None or app.snapshot.step < act.step):
        return False
    # In large figures what is waited for is no text.
    in_words = app.run_screen.in_words if app.run_screen else ""
    return act.until in in_words or any(act.until in line for line in app.lines_shown())
