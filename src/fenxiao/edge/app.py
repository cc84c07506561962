"""The ASGI application that granian serves: `/t/CODE`, `/healthz`, `/readyz`, and nothing else."""

from collections.abc import Awaitable, Callable

import structlog

from fenxiao.edge import answers, rules
from fenxiao.edge.answers import Answer, Message, Send
from fenxiao.edge.clicks import ClickBook
from fenxiao.edge.database import Pool, is_ready, make_pool
from fenxiao.edge.links import LinkBoard
from fenxiao.edge.visits import Redirector, Visit
from fenxiao.kernel import clock
from fenxiao.kernel.settings import Settings, settings

log = structlog.get_logger("fenxiao.edge")

Receive = Callable[[], Awaitable[Message]]


class Edge:
    """The application between its lifespan's start-up and shutdown."""

    def __init__(self, pool: Pool, installation: Settings) -> None:
        self._pool = pool
        self._book = ClickBook(pool)
        self._redirector = Redirector(
            board=LinkBoard(pool),
            book=self._book,
            secret=installation.secret_key,
            base_url=installation.base_url,
            is_secure=installation.tracking_url.startswith("https://"),
        )

    async def open(self) -> None:
        """Begin to connect; the edge answers at once and says 503 until it has a connection."""
        await self._pool.open(wait=False)

    async def close(self) -> None:
        """Write what waits, then disconnect."""
        await self._book.finish()
        await self._pool.close()

    async def answer(self, scope: Message) -> Answer:
        """The answer to one request."""
        path, method = scope["path"], scope["method"]
        headers = dict(scope["headers"])
        english = rules.prefers_english(headers.get(b"accept-language", b"").decode("latin-1"))
        if method not in {"GET", "HEAD"}:
            return answers.page(405, answers.NOT_SUPPORTED, english=english, headers=((b"allow", b"GET, HEAD"),))
        if path.startswith("/t/"):
            address = scope["client"][0] if scope.get("client") else ""
            visit = Visit(path[3:], method == "HEAD", headers, address, clock.now())
            return await self._redirector.answer(visit)
        if path == "/healthz":
            return answers.state(200, "ok")
        if path == "/readyz":
            return answers.state(200, "ready") if await is_ready(self._pool) else answers.state(503, "no database")
        return answers.page(404, answers.UNKNOWN, english=english)


class Application:
    """What granian calls. The edge is made when the lifespan starts, in the worker's own process and loop."""

    edge: Edge

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or live from the server's start-up to its shutdown."""
        if scope["type"] == "http":
            answer = await self.edge.answer(scope)
            await answers.send_answer(send, answer, with_body=scope["method"] != "HEAD")
        elif scope["type"] == "lifespan":
            await self._live(receive, send)
        else:
            raise NotImplementedError(f"the edge speaks http, not {scope['type']}")

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.edge = Edge(make_pool(settings()), settings())
        await self.edge.open()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.edge.close()
        await send({"type": "lifespan.shutdown.complete"})


application = Application()
