"""People who follow their applications on a page, as many at once as are wanted, in one thread of the bench."""

import asyncio
import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Self

import httpx

from deploy.local.embedded.part import PartError

AGAIN_S = 3.0
"""As the stream tells a browser."""

PATIENCE_S = 120.0


@dataclass(frozen=True, kw_only=True)
class Followed:
    """An application, and the token of whom it is."""

    application_id: str
    token: str


class Watchers:
    """Each has its page's stream open, and opens it again when it ends, as a browser does. `at` are the monotonic times
    at which each was told something, by application."""

    def __init__(self, address: str, followed: Sequence[Followed]) -> None:
        self._address = address
        self._followed = followed
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._following: list[Future[None]] = []
        self._news = threading.Condition()
        self.at: dict[str, list[float]] = {each.application_id: [] for each in followed}

    def told(self, application_id: str, times: int) -> float:
        """When one was told so often. Raises PartError where it never was."""
        with self._news:
            if not self._news.wait_for(lambda: len(self.at[application_id]) >= times, PATIENCE_S):
                raise PartError(f"{application_id} was told {len(self.at[application_id])} times instead of {times}")
            return self.at[application_id][times - 1]

    def __enter__(self) -> Self:
        """All of them follow."""
        self._thread.start()
        self._following = [asyncio.run_coroutine_threadsafe(self._follow(each), self._loop) for each in self._followed]
        for each in self._followed:
            self.told(each.application_id, 1)
        return self

    def __exit__(self, *_: object) -> None:
        for each in self._following:
            each.cancel()
        asyncio.run_coroutine_threadsafe(self._end(), self._loop).result()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    async def _follow(self, followed: Followed) -> None:
        headers = {"Authorization": f"Bearer {followed.token}", "Accept": "text/event-stream"}
        path = f"{self._address}/applications/{followed.application_id}/live"
        async with httpx.AsyncClient(timeout=None, trust_env=False, headers=headers) as client:  # noqa: S113 - it lasts
            seen = ""
            while True:
                async with client.stream("GET", path, headers={"Last-Event-ID": seen} if seen else {}) as answer:
                    if answer.status_code != httpx.codes.OK:
                        return
                    async for line in answer.aiter_lines():
                        if line.startswith("id: "):
                            seen = line.removeprefix("id: ")
                            self._heard(followed.application_id)
                await asyncio.sleep(AGAIN_S)

    def _heard(self, application_id: str) -> None:
        with self._news:
            self.at[application_id].append(time.monotonic())
            self._news.notify_all()

    async def _end(self) -> None:
        ours = asyncio.current_task()
        await asyncio.gather(*(each for each in asyncio.all_tasks() if each is not ours), return_exceptions=True)
