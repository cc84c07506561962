"""What every web request gets: an id for its log lines, and the moment it arrived."""

from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

from fenxiao.kernel import clock
from fenxiao.kernel.logs import begin_request

log = structlog.get_logger("fenxiao.web")

Answering = Callable[[HttpRequest], HttpResponse]


def request_scope(answer: Answering) -> Answering:
    """Set `request.now` (the only clock a page may use) and the request id, and log one line per request."""

    def answer_in_scope(request: HttpRequest) -> HttpResponse:
        request_id = begin_request(request.headers.get("X-Request-Id", ""))
        request.now = clock.now()  # type: ignore[attr-defined]  # the one attribute this middleware promises
        response = answer(request)
        response["X-Request-Id"] = request_id
        milliseconds = (clock.now() - request.now).total_seconds() * 1_000  # type: ignore[attr-defined]  # as above
        log.info(
            "request", method=request.method, path=request.path, status=response.status_code, ms=round(milliseconds)
        )
        return response

    return answer_in_scope
