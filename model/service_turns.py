"""One extraction at a time: the others wait in the order they came, and where too many wait the next is sent away."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from anyio import to_thread

from model.service_request import RequestError

Made = TypeVar("Made")
LONGEST_RETRY = 600
"""Seconds after which one who was sent away is told to come back, at most."""


class Turns:
    """Work that is done one piece after the other, in a thread, so that the service goes on answering.

    Args:
        waiting: pieces of work that may wait while one is done.
    """

    def __init__(self, waiting: int) -> None:
        self._most = waiting + 1
        self._inside = 0
        self._seconds = 1.0
        self._lock = asyncio.Lock()

    @property
    def inside(self) -> int:
        """How many are being worked on (one at most) or wait."""
        return self._inside

    async def take(self, work: Callable[[], Made], gone: Callable[[], Awaitable[bool]]) -> Made:
        """Wait for a turn, then do the work; ``gone`` tells then whether nobody waits for it any more.

        Raises:
            RequestError: 503 where too many wait, 499 where the one who asked has gone.
        """
        if self._inside >= self._most:
            raise self._full()
        self._inside += 1
        try:
            async with self._lock:
                if await gone():
                    raise RequestError(499, "the connection was closed before its turn came", "send it again")
                return await self._done(work)
        finally:
            self._inside -= 1

    async def _done(self, work: Callable[[], Made]) -> Made:
        began = time.monotonic()
        try:
            # Not given up when the request is: a second one must not begin before the first has ended.
            return await to_thread.run_sync(work)
        finally:
            self._seconds = time.monotonic() - began

    def _full(self) -> RequestError:
        """As if every one took as long as the last."""
        seconds = min(max(1, math.ceil(self._seconds)), LONGEST_RETRY)
        return RequestError(
            503,
            f"busy: {self._inside} articles are being read or wait, more may not",
            f"try again in {seconds} s; for many articles use `thanhtich extract`",
            {"Retry-After": str(seconds)},
        )
