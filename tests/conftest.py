import pytest


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch, tmp_path):
    """Colours and sizes as in an ordinary terminal, whatever the tests are run in; nothing kept from before."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    for name in ("NO_COLOR", "COLUMNS", "LINES", "TEXTUAL_DRIVER", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")
