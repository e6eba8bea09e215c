"""Who is let in: a browser that opens the printed address, so many and each once; then its cookie.

And only where the address bar says the address that was printed: another name for this machine, or a page from
elsewhere, may be someone who has the browser do what its user does not know of.
"""

import secrets
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

from backprop_tui.web.strangers import Strangers

SOCKET = "/ws"  # where sessions are
MOST_OFFERED = 1_000  # cookies that were sent and have not come back; more, and the oldest are forgotten
NO_TOKEN = "This needs the whole address that `backprop-tui serve` printed, with its token."
SPENT = (
    "This address has let in as many browsers as it may; `backprop-tui serve`, started again, prints another."
)
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self' 'unsafe-inline'",  # xterm.js writes its own
        "font-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self' {socket}",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    )
)


def new_secret() -> str:
    """A text that nobody guesses."""
    return secrets.token_urlsafe(32)


def _new_name() -> str:
    return f"backprop-tui-{secrets.token_hex(4)}"


@dataclass
class Door:
    """origin: scheme, name and port that browsers know it by. places: how many more may come in.

    A browser that takes the cookie is in once it comes with it; an answer that never arrived has cost no place.
    """

    origin: str
    places: int
    token: str = field(default_factory=new_secret)
    cookie_name: str = field(default_factory=_new_name)  # browsers keep those of every port together
    offered: deque[str] = field(default_factory=lambda: deque(maxlen=MOST_OFFERED))
    cookies: list[str] = field(default_factory=list)
    strangers: Strangers = field(default_factory=Strangers)

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"{self.origin}/?token={self.token}"

    @property
    def socket(self) -> str:
        """Where the page finds its session."""
        return self.origin.replace("http", "ws", 1) + SOCKET

    def cookie_of(self, request: web.Request) -> str:
        """By which this browser is known; nothing where it was not let in."""
        return self._shown(request, self.cookies)

    def offer(self, request: web.Request, response: web.Response) -> None:
        """Give this browser a cookie, for the token. Raises HTTPForbidden where it has none, or it is spent."""
        if not _same(request.query.get("token", ""), self.token):
            raise web.HTTPForbidden(text=NO_TOKEN)
        if not self.places:
            raise web.HTTPForbidden(text=SPENT)
        self.offered.append(new_secret())
        secure = self.origin.startswith("https:")
        response.set_cookie(
            self.cookie_name, self.offered[-1], httponly=True, samesite="Strict", secure=secure or None
        )

    def _let_in(self, request: web.Request) -> None:
        """Let this browser in where it comes with a cookie for the first time and there is a place."""
        if offered := self._shown(request, self.offered):
            if not self.places:
                raise web.HTTPForbidden(text=SPENT)
            self.places -= 1
            self.offered.remove(offered)
            self.cookies.append(offered)

    def _shown(self, request: web.Request, cookies: Iterable[str]) -> str:
        """Which of these the browser shows."""
        shown = request.cookies.get(self.cookie_name, "")
        return next((cookie for cookie in cookies if _same(shown, cookie)), "")

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what comes under another name, from another page, or from a browser that was not let in."""
        if request.host.lower() != self.origin.partition("//")[2]:
            raise web.HTTPForbidden(text=f"This is served at {self.origin} and under no other name.")
        usual = None if request.path != SOCKET else ""  # browsers always say where a socket is opened from
        if request.headers.get("Origin", usual) not in (None, self.origin):
            raise web.HTTPForbidden(text=f"This may be asked for by pages of {self.origin} alone.")
        self._let_in(request)
        if self.cookie_of(request):
            self.strangers.know(request.protocol)
        elif not (request.path == "/" and "token" in request.query):
            raise web.HTTPForbidden(text=NO_TOKEN)
        return await handler(request)

    async def sign(self, _: web.Request, response: web.StreamResponse) -> None:
        """Have the browser keep the page to itself: nothing from elsewhere, in no frame, in no cache."""
        response.headers["Content-Security-Policy"] = POLICY.format(socket=self.socket)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        response.headers["Cache-Control"] = "no-store"


def _same(text: str, secret: str) -> bool:
    """Compared in the same time however much of it is right."""
    return secrets.compare_digest(text.encode("utf-8", "replace"), secret.encode())
