"""Who is let in, and who is not."""

import asyncio
import re
import socket
from contextlib import AsyncExitStack, ExitStack
from pathlib import Path

import aiohttp
import pytest

from tests.web.serving import COMMAND, browser, gone, served, session

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
            async with first.get(server.origin) as answer:
                assert answer.status == 200
            assert "let in as many" in await refused(second, server.address)
            assert "token" in await refused(second, server.origin)
            for url in (server.address, server.origin, f"{server.origin}/static/js/textual.js"):
                async with first.get(url) as answer:
                    assert answer.status == 200 and "Set-Cookie" not in answer.headers


async def test_an_address_for_several_lets_in_so_many():
    with served("--browsers", "2") as server:
        assert server.said == "lets 2 browsers in, each once; sessions at once: 10 at most; ctrl+c ends it."
        async with browser(server), browser(server), browser() as third:
            await refused(third, server.address)


async def test_an_answer_that_never_arrives_costs_no_place():
    with served() as server:
        async with browser() as lost, browser() as first, browser() as second:
            async with lost.get(server.address) as answer:
                assert answer.status == 200
            async with first.get(server.address) as answer, first.get(server.origin) as page:
                assert answer.status == page.status == 200
            assert "let in as many" in await refused(lost, server.origin)
            assert "let in as many" in await refused(second, server.address)


async def test_whoever_only_holds_connections_keeps_nobody_out():
    command = ("sh", "-c", 'ulimit -n 128; exec "$0" "$@"', *COMMAND)
    with served("--paused", command=command) as server:
        name, port = server.host.split(":")
        with ExitStack() as held:
            for _ in range(140):
                held.enter_context(socket.create_connection((name, int(port)))).send(b"GET / HTTP/1.1\r\n")
            async with asyncio.timeout(5), browser(server) as client, session(client, server) as app:
                await app.wait_for("paused")
            assert await gone(lambda: _open_sockets(server.process.pid) > 50)


async def test_a_connection_on_which_nothing_is_asked_is_closed():
    with served() as server:
        name, port = server.host.split(":")
        reading, writing = await asyncio.open_connection(name, int(port))
        async with browser(server) as client, session(client, server) as app:
            await app.read(8)
            assert not reading.at_eof()
            assert await asyncio.wait_for(reading.read(), 5) == b""
            await app.press(".")
        writing.close()


def _open_sockets(pid):
    return sum(str(path.readlink()).startswith("socket:") for path in Path(f"/proc/{pid}/fd").iterdir())


async def test_a_place_is_kept_for_each_browser_that_has_none():
    with served("--browsers", "2", "--sessions", "3", "--paused") as server:
        async with browser(server) as client, browser() as other, AsyncExitStack() as opened:
            for _ in range(2):
                await opened.enter_async_context(session(client, server))
            with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                await opened.enter_async_context(session(client, server))
            async with other.get(server.address) as answer:
                assert answer.status == 200
            async with session(other, server) as app:
                await app.wait_for("paused")


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


async def test_no_more_sessions_than_allowed():
    with served("--sessions", "1", "--browsers", "2", "--paused") as server:
        async with browser(server) as client, browser() as other:
            async with session(client, server) as app:
                await app.wait_for("paused")
                assert "All places are taken (at most 1 at once)" in await refused(other, server.address, 503)
                with pytest.raises(aiohttp.WSServerHandshakeError, match="503"):
                    async with session(client, server):
                        pass
                assert len(server.sessions()) == 1
            async with session(client, server) as app:
                await app.wait_for("paused")
            assert await gone(server.sessions)
            status = 503
            while status == 503:  # until what was the session's is cleared away
                async with other.get(server.address) as answer:
                    status = answer.status
            assert status == 200  # for the token was not spent when it was full


async def test_a_page_that_is_loaded_anew_has_the_place_of_the_one_before():
    with served("--sessions", "1", "--paused") as server:
        async with browser(server) as client, session(client, server) as before:
            await before.wait_for("paused")
            asyncio.get_running_loop().call_later(0.5, lambda: asyncio.ensure_future(before.socket.close()))
            async with session(client, server) as app:
                await app.wait_for("paused")


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
