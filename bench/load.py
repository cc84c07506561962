"""A small load maker: keep-alive connections that ask again as soon as they are answered. Run as a process of its own.

`python bench/load.py PORT SECONDS CONNECTIONS < PATHS` prints one JSON object: answers, seconds, statuses, latencies.
"""

import json
import selectors
import socket
import sys
import time
from collections import Counter
from itertools import cycle

END_OF_HEAD = b"\r\n\r\n"


class Visitor:
    """One connection, always waiting for one answer."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.asked_at = 0.0
        self.told = b""

    def ask(self, request: bytes) -> None:
        """Send one request."""
        self.told = b""
        self.asked_at = time.perf_counter()
        self.socket.sendall(request)

    def has_answer(self) -> bool:
        """Read what came; True when the answer (whose body is empty) is whole."""
        self.told += self.socket.recv(65_536)
        return self.told.endswith(END_OF_HEAD)


def main(port: int, seconds: float, connections: int) -> None:
    """Ask for `seconds` and say how it went."""
    requests = cycle([f"GET {path.strip()} HTTP/1.1\r\nHost: bench\r\n\r\n".encode() for path in sys.stdin])
    waiting = selectors.DefaultSelector()
    for visitor in [Visitor(port) for _ in range(connections)]:
        waiting.register(visitor.socket, selectors.EVENT_READ, visitor)
        visitor.ask(next(requests))
    statuses: Counter[str] = Counter()
    latencies: list[float] = []
    began = time.perf_counter()
    while (now := time.perf_counter()) < began + seconds:
        for key, _ in waiting.select(timeout=1):
            visitor = key.data
            if visitor.has_answer():
                statuses[visitor.told[9:12].decode()] += 1
                latencies.append(time.perf_counter() - visitor.asked_at)
                visitor.ask(next(requests))
    latencies.sort()
    print(
        json.dumps(
            {
                "answers": len(latencies),
                "seconds": now - began,
                "statuses": statuses,
                "p50_ms": latencies[len(latencies) // 2] * 1_000,
                "p99_ms": latencies[len(latencies) * 99 // 100] * 1_000,
            }
        )
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3]))
