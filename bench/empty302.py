"""The peer of the edge's bench: the least an ASGI application can answer, an empty 302."""

from typing import Any

START = {
    "type": "http.response.start",
    "status": 302,
    "headers": [(b"location", b"https://shop.example/"), (b"content-length", b"0")],
}
BODY = {"type": "http.response.body", "body": b""}


async def application(scope: dict[str, Any], receive: Any, send: Any) -> None:
    """Answer every request with the same redirect; live through the lifespan without doing anything."""
    if scope["type"] == "http":
        await send(START)
        await send(BODY)
        return
    await receive()
    await send({"type": "lifespan.startup.complete"})
    await receive()
    await send({"type": "lifespan.shutdown.complete"})
