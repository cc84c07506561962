"""Group commit: what is asked while one piece of work is under way is done together as the next."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

Ask = TypeVar("Ask")
Answer = TypeVar("Answer")


class TooManyWaiting(Exception):
    """The queue is full; nothing was taken up."""


class Batches(Generic[Ask, Answer]):
    """One piece of work in flight, a bounded queue behind it. `work` answers each ask of a batch, in order."""

    def __init__(
        self, work: Callable[[list[Ask]], Awaitable[Sequence[Answer]]], *, most_at_once: int, most_waiting: int
    ) -> None:
        self._work = work
        self._most_at_once = most_at_once
        self._most_waiting = most_waiting
        self._waiting: deque[tuple[Ask, asyncio.Future[Answer]]] = deque()
        self._drain: asyncio.Task[None] | None = None

    async def ask(self, one: Ask) -> Answer:
        """The answer to `one` when its batch is done; what its batch raised; `TooManyWaiting` at once."""
        if len(self._waiting) >= self._most_waiting:
            raise TooManyWaiting
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((one, answer))
        if self._drain is None or self._drain.done():
            self._drain = asyncio.create_task(self._work_off())
        return await answer

    async def finish(self) -> None:
        """Return when nothing waits any more."""
        if self._drain is not None:
            await self._drain

    async def _work_off(self) -> None:
        while self._waiting:
            count = min(len(self._waiting), self._most_at_once)
            await self._do([self._waiting.popleft() for _ in range(count)])

    async def _do(self, batch: list[tuple[Ask, "asyncio.Future[Answer]"]]) -> None:
        try:
            answers = await self._work([one for one, _ in batch])
        except Exception as error:  # whatever it was, every asker is told
            for _, future in batch:
                if not future.done():  # its visitor may have left
                    future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
