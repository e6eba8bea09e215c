import pytest

from tests.web.serving import served


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    state = str(tmp_path_factory.mktemp("state"))
    with served("--browsers", "100", "--sessions", "200", "--paused", env={"XDG_STATE_HOME": state}) as server:
        yield server
