"""Every name of Textual's and Rich's that is not theirs to keep: where one is gone, this says so first."""

import inspect

import pytest
from rich.console import Console
from rich.style import Style
from textual import _compositor, _xterm_parser
from textual.app import App
from textual.driver import Driver
from textual.drivers.web_driver import WebDriver
from textual.message_pump import MessagePump
from textual.screen import Screen
from textual.strip import Strip


@pytest.mark.parametrize(
    ("owner", "names"),
    [
        (App, ("_display", "_handle_exception", "_fatal_error", "_close_messages_no_wait")),
        (Driver, ("SignalResume",)),
        (MessagePump, ("message_queue_size",)),
        (WebDriver, ("write_meta", "start_application_mode", "run_input_thread", "deliver_binary")),
        (Strip, ("render_ansi", "join")),
        (Console, ("_color_system",)),
        (Style, ("_ansi",)),
        (_compositor.CompositorUpdate, ("render_segments",)),
        (_compositor.Compositor, ("render_partial_update", "visible_widgets", "_dirty_regions")),
        (Screen, ("_compositor",)),
        (_xterm_parser.XTermParser, ("feed", "tick")),
    ],
)
def test_the_names_are_there(owner, names):
    instance = owner() if owner in (Console, Style, Screen, _compositor.Compositor) else owner
    assert [name for name in names if not hasattr(instance, name)] == []


async def test_what_an_app_has_when_it_runs():
    app = App()
    async with app.run_test():
        assert {"_driver", "_capture_stdout", "_capture_stderr", "_filters", "_exit"} <= vars(app).keys()
        assert {"_app", "_loop", "_size"} <= vars(app._driver).keys()


def test_what_an_update_is_made_of():
    assert list(inspect.signature(_compositor.LayoutUpdate).parameters) == ["strips", "region"]
    assert list(inspect.signature(_compositor.ChopsUpdate).parameters)[:2] == ["chops", "spans"]
    assert "redirect_stdout(self._capture_stdout)" in inspect.getsource(App._process_messages)
    assert "self._fatal_error()" in inspect.getsource(App._handle_exception)


def test_what_a_session_in_a_browser_begins_with():
    assert r'b"__GANGLION__\n"' in inspect.getsource(WebDriver.start_application_mode)
