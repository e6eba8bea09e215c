import signal

import pytest

# Under nohup or in the background these are ignored, and what the tests start would ignore them too.
for number, usual in (
    (signal.SIGINT, signal.default_int_handler),
    (signal.SIGHUP, signal.SIG_DFL),
    (signal.SIGQUIT, signal.SIG_DFL),
):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, usual)


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch, tmp_path):
    """Colours and sizes as in an ordinary terminal, whatever the tests are run in; nothing kept from before."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("NO_COLOR", "COLUMNS", "LINES", "TEXTUAL_DRIVER", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
