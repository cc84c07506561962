"""What is asked while one batch is under way is done together as the next."""

import asyncio
from collections.abc import Coroutine
from typing import Any

import pytest

from fenxiao.edge.batches import Batches, TooManyWaiting


class Scribe:
    """Writes down each batch and doubles its numbers, when it is let."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.may_write = asyncio.Event()

    async def write(self, numbers: list[int]) -> list[int]:
        self.batches.append(numbers)
        await self.may_write.wait()
        if 13 in numbers:
            raise ArithmeticError("unlucky")
        return [number * 2 for number in numbers]


def run(scene: Coroutine[Any, Any, None]) -> None:
    asyncio.run(asyncio.wait_for(scene, 5))


def test_asks_gather_while_a_batch_is_under_way_and_each_gets_its_own_answer() -> None:
    async def scene() -> None:
        scribe = Scribe()
        batches = Batches(scribe.write, most_at_once=3, most_waiting=100)
        first = asyncio.create_task(batches.ask(1))
        await asyncio.sleep(0.01)
        later = [asyncio.create_task(batches.ask(number)) for number in (2, 3, 4, 5)]
        await asyncio.sleep(0.01)
        assert scribe.batches == [[1]]

        scribe.may_write.set()

        assert await asyncio.gather(first, *later) == [2, 4, 6, 8, 10]
        assert scribe.batches == [[1], [2, 3, 4], [5]]

    run(scene())


def test_a_failed_batch_fails_its_own_askers_only() -> None:
    async def scene() -> None:
        scribe = Scribe()
        scribe.may_write.set()
        batches = Batches(scribe.write, most_at_once=2, most_waiting=100)

        told = await asyncio.gather(*(batches.ask(number) for number in (13, 1, 2)), return_exceptions=True)

        assert [type(one) for one in told] == [ArithmeticError, ArithmeticError, int]

    run(scene())


def test_a_full_queue_refuses_at_once_and_recovers() -> None:
    async def scene() -> None:
        scribe = Scribe()
        batches = Batches(scribe.write, most_at_once=2, most_waiting=2)
        first = asyncio.create_task(batches.ask(1))
        await asyncio.sleep(0.01)
        waiting = [asyncio.create_task(batches.ask(number)) for number in (2, 3)]
        await asyncio.sleep(0.01)

        with pytest.raises(TooManyWaiting):
            await batches.ask(4)
        scribe.may_write.set()

        assert await asyncio.gather(first, *waiting) == [2, 4, 6]
        assert await batches.ask(5) == 10

    run(scene())


def test_a_visitor_who_leaves_does_not_hold_up_the_others() -> None:
    async def scene() -> None:
        scribe = Scribe()
        batches = Batches(scribe.write, most_at_once=3, most_waiting=100)
        leaving, staying = (asyncio.create_task(batches.ask(number)) for number in (1, 2))
        await asyncio.sleep(0.01)
        leaving.cancel()

        scribe.may_write.set()

        assert await staying == 4
        await batches.finish()
        assert scribe.batches == [[1, 2]]

    run(scene())
