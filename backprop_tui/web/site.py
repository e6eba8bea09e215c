"""What a browser is given: the page, xterm.js from textual-serve, and a session."""

import asyncio
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from importlib.resources import files
from pathlib import Path

import textual_serve
from aiohttp import WSCloseCode, web

from backprop_tui.web.door import SOCKET, Door
from backprop_tui.web.session import bounded, follow
from backprop_tui.web.strangers import AT_ONCE

PLACE_SECONDS, LOOK_SECONDS = 3.0, 0.05  # for a page that is loaded anew its own place becomes free
HEARTBEAT_SECONDS = 15.0  # after which a browser that is silent is taken to be gone
LARGEST_MESSAGE = 1 << 16  # bytes
STATIC = Path(textual_serve.__file__).parent / "static"
ENTER = "Let in; if nothing happens, open / here."


class CannotListen(Exception):
    """The text is why, and at what."""


class Site:
    """A server of sessions, each a process of this command; at most so many at once.

    open: those there are, and the cookie of the browser that each is of.
    """

    def __init__(self, door: Door, command: Sequence[str], sessions: int) -> None:
        self.door, self.command, self.sessions = door, command, sessions
        self.open: dict[web.WebSocketResponse, str] = {}
        self.full = (
            f"All places are taken (at most {sessions} at once) or kept for browsers that have none. "
            "Try again when a session is over."
        )

    def application(self) -> web.Application:
        """The routes, all of them behind the door."""
        application = web.Application(middlewares=[self.door.guard])
        application.add_routes(
            [
                web.get("/", self.page, allow_head=False),
                web.get("/page.js", self.script),
                web.get(SOCKET, self.session),
                web.static("/static", STATIC),
            ]
        )
        application.on_response_prepare.append(self.door.sign)
        application.on_shutdown.append(self.close)
        return application

    async def page(self, request: web.Request) -> web.Response:
        """The page of a session; for a browser that has only the token yet, its cookie and the way there."""
        if self.door.cookie_of(request) and "token" not in request.query:
            page = _own("page.html").replace("{socket}", self.door.socket).replace("{full}", self.full)
            return web.Response(text=page, content_type="text/html")
        # Not a redirect: coming from another site's link, that would not bring the cookie along.
        response = web.Response(text=ENTER, headers={"Refresh": "0; url=/"})
        if not self.door.cookie_of(request):
            if not self._free():
                raise web.HTTPServiceUnavailable(text=self.full)
            self.door.offer(request, response)
        return response

    async def script(self, _: web.Request) -> web.Response:
        """What the page does by itself."""
        return web.Response(text=_own("page.js"), content_type="text/javascript")

    async def session(self, request: web.Request) -> web.StreamResponse:
        """A session, from its first byte to its last."""
        cookie = self.door.cookie_of(request)
        with suppress(TimeoutError):
            async with asyncio.timeout(PLACE_SECONDS):
                while not self._has_place(cookie):
                    await asyncio.sleep(LOOK_SECONDS)
        if not self._has_place(cookie):
            raise web.HTTPServiceUnavailable(text=self.full)
        websocket = web.WebSocketResponse(heartbeat=HEARTBEAT_SECONDS, max_msg_size=LARGEST_MESSAGE)
        self.open[websocket] = cookie
        try:
            await websocket.prepare(request)
            await follow(websocket, self.command, bounded(_side(request, "width"), _side(request, "height")))
        finally:
            del self.open[websocket]
        return websocket

    def _free(self) -> int:
        return self.sessions - len(self.open)

    def _has_place(self, cookie: str) -> bool:
        """Whether this browser may have one more session: a place is kept for each one that has none."""
        having = set(self.open.values())
        without = self.door.places + len(self.door.cookies) - len(having)
        return self._free() > (without if cookie in having else 0)

    async def close(self, _: web.Application) -> None:
        """End all sessions."""
        await asyncio.gather(*(each.close(code=WSCloseCode.GOING_AWAY) for each in tuple(self.open)))


def _own(name: str) -> str:
    return files("backprop_tui.web").joinpath(name).read_text(encoding="utf-8")


def _side(request: web.Request, name: str) -> int:
    text = request.query.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 80


async def run(site: Site, host: str, port: int, started: Callable[[int], None]) -> int:
    """Serve until a signal comes; its number. started is told the port, once browsers can come.

    Raises CannotListen.
    """
    ended: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:
            asyncio.get_running_loop().add_signal_handler(number, _end, ended, number)
    runner = web.AppRunner(site.application(), access_log=None)
    await runner.setup()
    try:
        try:
            listening = await _listen(runner, site.door.strangers.meet, host, port)
        except OSError as failure:
            code = failure.errno or 0
            reason = os.strerror(code) if code > 0 else failure.strerror  # below 0 they are of names
            raise CannotListen(f"{host}, port {port}: {reason}") from None
        with closing(listening):
            started(listening.sockets[0].getsockname()[1])
            return await ended
    finally:
        await runner.cleanup()


async def _listen(
    runner: web.AppRunner, meet: Callable[[web.RequestHandler], None], host: str, port: int
) -> asyncio.Server:
    """Take connections from now on, each met first."""

    def connection() -> web.RequestHandler:
        assert runner.server
        new = runner.server()
        meet(new)
        return new

    return await asyncio.get_running_loop().create_server(connection, host, port, backlog=AT_ONCE)


def _end(ended: "asyncio.Future[int]", number: int) -> None:
    if not ended.done():
        ended.set_result(number)
