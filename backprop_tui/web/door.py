"""Who is let in: a browser that opens the printed address, so many and each once; then its cookie.

And only where the address bar says the address that was printed: another name for this machine, or a page from
elsewhere, may be someone who has the browser do what its user does not know of.
"""

import secrets
from dataclasses import dataclass, field

from aiohttp import web
from aiohttp.typedefs import Handler

SOCKET = "/ws"  # where sessions are
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
    """origin: scheme, name and port that browsers know it by. places: how many more may come in."""

    origin: str
    places: int
    token: str = field(default_factory=new_secret)
    cookie_name: str = field(default_factory=_new_name)  # browsers keep those of every port together
    cookies: list[str] = field(default_factory=list)

    @property
    def address(self) -> str:
        """What to open in a browser."""
        return f"{self.origin}/?token={self.token}"

    @property
    def socket(self) -> str:
        """Where the page finds its session."""
        return self.origin.replace("http", "ws", 1) + SOCKET

    def knows(self, request: web.Request) -> bool:
        """Whether this browser was let in."""
        shown = request.cookies.get(self.cookie_name, "")
        return any(_same(shown, cookie) for cookie in self.cookies)

    def let_in(self, request: web.Request, response: web.Response) -> None:
        """Give this browser a cookie, for the token. Raises HTTPForbidden where it has none, or it is spent."""
        if not _same(request.query.get("token", ""), self.token):
            raise web.HTTPForbidden(text=NO_TOKEN)
        if not self.places:
            raise web.HTTPForbidden(text=SPENT)
        self.places -= 1
        self.cookies.append(new_secret())
        secure = self.origin.startswith("https:")
        response.set_cookie(
            self.cookie_name, self.cookies[-1], httponly=True, samesite="Strict", secure=secure or None
        )

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Refuse what comes under another name, from another page, or from a browser that was not let in."""
        if request.host.lower() != self.origin.partition("//")[2]:
            raise web.HTTPForbidden(text=f"This is served at {self.origin} and under no other name.")
        usual = None if request.path != SOCKET else ""  # browsers always say where a socket is opened from
        if request.headers.get("Origin", usual) not in (None, self.origin):
            raise web.HTTPForbidden(text=f"This may be asked for by pages of {self.origin} alone.")
        if not (self.knows(request) or (request.path == "/" and "token" in request.query)):
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
