"""A list that is not all one shop's or all of one kind.

In any window of places at most so many goods of one merchant and of one category: what comes too often is pushed down
to the first place where it fits, in its own order. Nothing is ever lost: where all that is left comes too often, its
best goes next all the same.
"""

import heapq
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from typing import Final

LOOKED_AT: Final = 40  # groups tried for one place, so that a list of one kind costs no more


@dataclass(frozen=True, kw_only=True)
class Caps:
    """How much of one kind stands together; None: as much as comes."""

    window: int = 12  # two rows of six cards
    per_merchant: int | None = 2
    per_category: int | None = 5


def spread(keys: Sequence[tuple[Hashable, Hashable]], caps: Caps) -> list[int]:
    """The places of goods, given best first by their (merchant, category), in the order in which they are shown."""
    waiting: dict[tuple[Hashable, Hashable], deque[int]] = defaultdict(deque)
    for at, key in enumerate(keys):
        waiting[key].append(at)
    heads = [(places[0], key) for key, places in waiting.items()]
    ranked = _Heads(heads)
    shown: list[int] = []
    merchants, categories = _Window(caps.window, caps.per_merchant), _Window(caps.window, caps.per_category)
    while ranked.heap:
        at, key = ranked.first(lambda key: merchants.has_room(key[0]) and categories.has_room(key[1]))
        shown.append(at)
        merchants.add(key[0])
        categories.add(key[1])
        waiting[key].popleft()
        if waiting[key]:
            ranked.push(waiting[key][0], key)
    return shown


class _Heads:
    """The best good of each group."""

    def __init__(self, heads: list[tuple[int, tuple[Hashable, Hashable]]]) -> None:
        self.keys = dict(heads)
        self.heap = [at for at, _ in heads]
        heapq.heapify(self.heap)

    def push(self, at: int, key: tuple[Hashable, Hashable]) -> None:
        self.keys[at] = key
        heapq.heappush(self.heap, at)

    def first(self, fits: Callable[[tuple[Hashable, Hashable]], bool]) -> tuple[int, tuple[Hashable, Hashable]]:
        """Take out the best that fits; the best of all where none of the first few does."""
        passed: list[int] = []
        while self.heap and len(passed) < LOOKED_AT:
            at = heapq.heappop(self.heap)
            if fits(self.keys[at]):
                break
            passed.append(at)
        else:
            at = passed.pop(0)
        for each in passed:
            heapq.heappush(self.heap, each)
        return at, self.keys.pop(at)


class _Window:
    """What the last places hold."""

    def __init__(self, size: int, most: int | None) -> None:
        self.most = most
        self.last: deque[Hashable] = deque(maxlen=max(size - 1, 0))
        self.counts: Counter[Hashable] = Counter()

    def has_room(self, key: Hashable) -> bool:
        return self.most is None or self.counts[key] < self.most

    def add(self, key: Hashable) -> None:
        if self.last.maxlen == 0:
            return
        if len(self.last) == self.last.maxlen:
            self.counts[self.last[0]] -= 1
        self.last.append(key)
        self.counts[key] += 1
