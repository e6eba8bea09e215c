"""Connections on which nobody who is let in has asked for anything: few, and none for long.

Each is one of the files that this process may have open; whoever only holds them would keep the others out.
"""

import asyncio

from aiohttp import web

MOST, SECONDS = 40, 10.0
AT_ONCE = 32  # connections taken in one turn, before any is counted


class Strangers:
    """The oldest goes where there is one too many."""

    def __init__(self) -> None:
        self.connections: dict[web.RequestHandler, asyncio.TimerHandle] = {}

    def meet(self, connection: web.RequestHandler) -> None:
        """Count one more."""
        loop = asyncio.get_running_loop()
        self.connections[connection] = loop.call_later(SECONDS, self._leave, connection)
        if len(self.connections) > MOST:
            self._leave(next(iter(self.connections)))

    def know(self, connection: web.RequestHandler) -> None:
        """Count this one no more: it stays."""
        if timer := self.connections.pop(connection, None):
            timer.cancel()

    def _leave(self, connection: web.RequestHandler) -> None:
        self.know(connection)
        connection.force_close()
