"""The front end for a browser: says where it is to be found, and serves until it is ended."""

import argparse
import asyncio
import re
import sys
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

from backprop_tui.core.settings import option
from backprop_tui.on_screen import app_of, log_file
from backprop_tui.options import whole_number
from backprop_tui.run_options import UsageError, as_given, given_of

LAST_PORT, MOST_SESSIONS, USUAL_SESSIONS = 65_535, 1_000, 10
NUMBER = re.compile(
    r"(.*\.)?(\d+|0x[\da-f]*)\.?", re.ASCII | re.IGNORECASE
)  # so browsers tell addresses from names
HOST = re.compile(r"[\w.:-]+", re.ASCII)
URL = re.compile(r"(https?)://([a-z\d.-]+|\[[a-f\d:.]+\])(:\d{1,5})?/?", re.ASCII | re.IGNORECASE)
USUAL_PORTS = {"http": ":80", "https": ":443"}  # which browsers leave away
MISSING = "serve needs packages that are not installed: pip install 'backprop-tui[web]'"
UNSAFE = (
    "nothing is encrypted on the way to {place}, and whoever has the address runs this program here; "
    "put a server with TLS before it, and name that with --url"
)


@dataclass(frozen=True)
class Asked:
    """Where to listen; url: how browsers come there, if it was said; how many browsers, how many sessions."""

    host: str
    port: int
    url: str
    browsers: int
    sessions: int


def serve(options: argparse.Namespace) -> int:
    """Serve the app to browsers; returns the exit status. UsageError says what cannot be."""
    asked = _asked(options)
    try:
        from backprop_tui.web.door import Door
        from backprop_tui.web.site import CannotListen, Site, run
    except ModuleNotFoundError as missing:
        raise UsageError(MISSING) from missing
    app_of(options)  # so that what no session could begin with is told here
    from backprop_tui.ui import log

    written = log_file(options)
    log.begin(written)
    door = Door(asked.url, asked.browsers)

    def started(port: int) -> None:
        door.origin = asked.url or _origin("http", _in_url(asked.host), f":{port}")
        _tell(asked, door.address, port)

    async def begin() -> int:
        return await run(
            Site(door, _command(options, written), asked.sessions), asked.host, asked.port, started
        )

    try:
        return 128 + asyncio.run(begin())
    except CannotListen as reason:
        print(f"backprop-tui: cannot serve at {reason}", file=sys.stderr)
        return 1


def _asked(options: argparse.Namespace) -> Asked:
    """What was asked for, checked."""
    if not HOST.fullmatch(options.host):
        raise UsageError(
            f"--host must be an address of this machine, such as 127.0.0.1, not {as_given(options.host)}"
        )
    host, port = _plain(options.host, "--host"), whole_number(options.port, "--port", LAST_PORT, least=0)
    url = "" if options.url is None else _url(options.url)
    if not url and _is(host, "is_unspecified"):
        raise UsageError(
            f"--host {host} is every address of this machine: say with --url which one browsers use, "
            f"such as --url http://192.168.0.5:{port}"
        )
    browsers = whole_number(options.browsers, "--browsers", MOST_SESSIONS)
    usual = str(max(browsers, USUAL_SESSIONS))
    sessions = whole_number(options.sessions or usual, "--sessions", MOST_SESSIONS)
    return Asked(host, port, url, browsers, sessions)


def _url(text: str) -> str:
    """The URL's origin, as browsers write it."""
    parts = URL.fullmatch(text)
    if not parts:
        raise UsageError(
            f"--url must be like https://class.example.org or http://host:8000, not {as_given(text)}"
        )
    scheme, host, port = parts.groups("")
    return _origin(scheme, _in_url(_plain(host.strip("[]"), "--url")), port and f":{int(port[1:])}")


def _origin(scheme: str, host: str, port: str) -> str:
    scheme = scheme.lower()
    return f"{scheme}://{host}{'' if port == USUAL_PORTS[scheme] else port}"


def _plain(host: str, name: str) -> str:
    """The host as browsers write it. UsageError where it is an address that they would write in another way."""
    try:
        address = ip_address(host)
    except ValueError:
        if NUMBER.fullmatch(host) or ":" in host:
            raise UsageError(
                f"{name} must have an address in full, such as 127.0.0.1, not {as_given(host)}"
            ) from None
        return host.lower()
    return str(getattr(address, "ipv4_mapped", None) or address)


def _in_url(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _is(host: str, what: str) -> bool:
    """Whether the host is an address, and such a one."""
    try:
        return bool(getattr(ip_address(host), what))
    except ValueError:
        return False


def _command(options: argparse.Namespace, log: Path) -> list[str]:
    """What starts a session: the app, with what was given of the run and of the view."""
    # Modules are looked for in the present folder only where this process does so.
    alone = [] if sys.path[0] in ("", str(Path.cwd())) else ["-P"]
    given = {option(name): text for name, text in given_of(options).items() if name != "bias"}
    given |= {"--speed": options.speed or "max", "--fps": options.fps, "--theme": options.theme}
    given |= {"--lessons": options.lessons} if options.lessons else {}
    given |= {"--log": log.absolute()} if log.exists() else {}
    flags = [("--bias", "--no-bias", getattr(options, "bias", None)), ("--ascii", "--no-ascii", options.ascii)]
    flags += [("--paused", "", options.paused or None)]
    set_flags = [yes if value else no for yes, no, value in flags if value is not None]
    words = [f"{name}={text}" for name, text in given.items()]
    return [sys.executable, *alone, "-m", "backprop_tui", *words, *set_flags]


def _tell(asked: Asked, address: str, port: int) -> None:
    if not (_is(asked.host, "is_loopback") or asked.host == "localhost"):
        place = f"{_in_url(asked.host)}:{port}"
        print(f"backprop-tui: {UNSAFE.format(place=place)}", file=sys.stderr, flush=True)
    browsers = "one browser in, once" if asked.browsers == 1 else f"{asked.browsers} browsers in, each once"
    print(
        f"{address}\nlets {browsers}; sessions at once: {asked.sessions} at most; ctrl+c ends it.", flush=True
    )
