"""`backprop-tui serve`: who is let in and who is not, and what is left of a session. The browser itself is in
terminal/test_browser.py.
"""

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import aiohttp
import pytest

from backprop_tui import cli
from backprop_tui.web.session import packet_of
from tests.serving import COMMAND, browser, gone, served, session

PATHS = ("/", "/page.js", "/static/js/textual.js", "/static/", "/ws", "/nowhere", "/?token=wrong", "/?token=")


async def refused(client, url, status=403, **headers):
    async with client.get(url, headers=headers) as answer:
        text = await answer.text()
        assert answer.status == status, text
        assert text and "\n" not in text
        return text


async def test_the_address_lets_one_browser_in_and_that_one_again():
    with served() as server:
        assert server.origin.startswith("http://127.0.0.1:")
        async with browser() as first, browser() as second:
            async with first.get(server.address) as answer:
                cookie = answer.headers["Set-Cookie"]
                assert answer.status == 200 and answer.headers["Refresh"] == "0; url=/"
                assert "HttpOnly" in cookie and "SameSite=Strict" in cookie and server.token not in cookie
            assert "let in as many" in await refused(second, server.address)
            assert "token" in await refused(second, server.origin)
            for url in (server.address, server.origin, f"{server.origin}/static/js/textual.js"):
                async with first.get(url) as answer:
                    assert answer.status == 200 and "Set-Cookie" not in answer.headers


async def test_an_address_for_several_lets_in_so_many():
    with served("--browsers", "2") as server:
        assert server.said == "lets 2 browsers in, each once; at most 10 sessions at once; ctrl+c ends it."
        async with browser(server), browser(server), browser() as third:
            await refused(third, server.address)


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    state = str(tmp_path_factory.mktemp("state"))
    with served("--browsers", "100", "--paused", env={"XDG_STATE_HOME": state}) as server:
        yield server


@pytest.mark.parametrize("path", PATHS)
async def test_nothing_is_had_without_a_cookie(shared, path):
    async with browser() as client:
        await refused(client, shared.origin + path, Origin=shared.origin)
        cookie = {"Cookie": "; ".join(f"{name}=x" for name in ("backprop-tui", "token"))}
        await refused(client, shared.origin + path, **cookie)


@pytest.mark.parametrize("host", ["evil.example", "localhost:{port}", "127.0.0.1", "127.0.0.1:1", ""])
async def test_another_name_for_the_server_is_refused(shared, host):
    """A name someone else owns may be pointed at this machine, and then its pages are of this origin."""
    port = shared.host.rpartition(":")[2]
    async with browser(shared) as client:
        await refused(client, shared.origin, Host=host.format(port=port))
        await refused(client, shared.address, Host=host.format(port=port))


ELSEWHERE = [
    "http://evil.example",
    "null",
    "",
    "{origin}.evil.example",
    "https://{host}",
    "http://localhost:{port}",
]


@pytest.mark.parametrize("elsewhere", ELSEWHERE)
async def test_a_page_from_elsewhere_is_refused(shared, elsewhere):
    port = shared.host.rpartition(":")[2]
    origin = elsewhere.format(origin=shared.origin, host=shared.host, port=port)
    async with browser(shared) as client:
        await refused(client, shared.origin, Origin=origin)
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await client.ws_connect(f"{shared.origin}/ws", headers={"Origin": origin})


async def test_a_socket_needs_an_origin(shared):
    async with browser(shared) as client:
        with pytest.raises(aiohttp.WSServerHandshakeError, match="403"):
            await client.ws_connect(f"{shared.origin}/ws")
    assert shared.sessions() == []


async def test_every_answer_has_the_browser_keep_to_this_server(shared):
    async with browser(shared) as client, browser() as stranger:
        for who, path in ((client, "/"), (client, "/static/css/xterm.css"), (client, "/no"), (stranger, "/")):
            async with who.get(shared.origin + path) as answer:
                policy = answer.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy and "frame-ancestors 'none'" in policy
                assert answer.headers["X-Content-Type-Options"] == "nosniff"
                assert answer.headers["Referrer-Policy"] == "no-referrer"
        async with client.get(shared.origin) as answer:
            page = await answer.text()
    assert not re.findall(r"(?:src|href|url)\W+(?:https?:)?//", page)


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
                assert (await socket.receive(timeout=5)).type == aiohttp.WSMsgType.BINARY


async def test_no_more_sessions_than_allowed():
    with served("--sessions", "1", "--browsers", "2", "--paused") as server:
        async with browser(server) as client, browser() as other:
            async with session(client, server) as app:
                await app.wait_for("paused")
                assert "All 1 sessions are taken" in await refused(other, server.address, 503)
                with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                    async with session(client, server):
                        pass
                assert len(server.sessions()) == 1
            async with session(client, server) as app:
                await app.wait_for("paused")
            assert await gone(server.sessions)
            async with other.get(server.address) as answer:  # for the token was not spent when it was full
                assert answer.status == 200


async def test_a_page_that_is_loaded_anew_has_the_place_of_the_one_before():
    with served("--sessions", "1", "--paused") as server:
        async with browser(server) as client, session(client, server) as before:
            await before.wait_for("paused")
            asyncio.get_running_loop().call_later(0.5, lambda: asyncio.ensure_future(before.socket.close()))
            async with session(client, server) as app:
                await app.wait_for("paused")


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


def finished(*arguments, code=None, **options):
    command = [sys.executable, "-c", code] if code else [*COMMAND, *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=30, **options)


def says_one_line(ended, status, *words):
    assert ended.returncode == status and ended.stdout == "", ended
    assert ended.stderr.startswith("backprop-tui: ") and ended.stderr.count("\n") == 1, ended.stderr
    assert len(ended.stderr) <= 201 and all(word in ended.stderr for word in words), ended.stderr


def test_a_port_that_is_taken():
    with served() as server:
        port = server.host.rpartition(":")[2]
        says_one_line(finished("--port", port), 1, "127.0.0.1", port, "Address already in use")


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_this_machine(host):
    says_one_line(finished("--port", "0", "--host", host), 1, host)


@pytest.mark.parametrize("package", ["aiohttp", "textual_serve"])
def test_without_the_extra_it_says_what_to_install(package):
    begin = "from backprop_tui.cli import main\nsys.exit(main(['serve']))"
    code = f"import sys\nsys.modules[{package!r}] = None\n{begin}"
    says_one_line(finished(code=code), 2, "pip install 'backprop-tui[web]'")


WRONG = [
    (["--host", ""], "--host"),
    (["--host", "a b"], "--host"),
    (["--host", "0.0.0.0"], "--url"),
    (["--host", "::"], "--url"),
    (["--port", "65536"], "--port"),
    (["--port", "http"], "--port"),
    (["--url", "ftp://class.example.org"], "--url"),
    (["--url", "https://class.example.org/path"], "--url"),
    (["--url", "\x1b[31mred"], "--url"),
    (["--browsers", "0"], "--browsers"),
    (["--sessions", "0"], "--sessions"),
    (["--sessions", "many"], "--sessions"),
    (["--hidden", "-1"], "--hidden"),
    (["--theme", "pink"], "--theme"),
    (["--data", "nowhere.csv"], "nowhere.csv"),
    (["--lessons", "nowhere.toml"], "nowhere.toml"),
    (["--speed", "3001"], "--speed"),
]


@pytest.mark.parametrize(("arguments", "word"), WRONG)
def test_what_cannot_be_is_told_before_anything_is_served(capsys, arguments, word):
    assert cli.main(["serve", *arguments]) == 2
    output, errors = capsys.readouterr()
    assert output == "" and errors.count("\n") == 1 and len(errors) <= 201
    assert errors.startswith("backprop-tui: ") and word in errors and errors.rstrip("\n").isprintable()


async def test_beyond_this_machine_it_warns_and_has_the_name_that_was_given():
    with served("--host", "0.0.0.0", "--url", "https://Class.example.org:443/") as server:
        assert server.origin == "https://class.example.org"
        port = re.search(r"0\.0\.0\.0:(\d+)", server.process.stderr.readline())[1]
        async with browser() as client:
            here = f"http://127.0.0.1:{port}"
            await refused(client, f"{here}/?token={server.token}")
            async with client.get(
                f"{here}/?token={server.token}", headers={"Host": "class.example.org"}
            ) as answer:
                assert answer.status == 200 and "Secure" in answer.headers["Set-Cookie"]
                cookie = answer.headers["Set-Cookie"].partition(";")[0]
            headers = {"Host": "class.example.org", "Cookie": cookie}
            async with client.get(here, headers=headers) as answer:
                assert "wss://class.example.org/ws" in await answer.text()


def test_on_this_machine_alone_there_is_no_warning():
    with served() as server:
        assert server.said == "lets one browser in, once; at most 10 sessions at once; ctrl+c ends it."
        assert server.end(signal.SIGINT) == (130, "")
