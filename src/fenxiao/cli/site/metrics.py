"""`/metrics` for Prometheus: only for who brings the token of FENXIAO_METRICS_TOKEN, and not there without one."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django_prometheus.exports import ExportToDjangoView

from fenxiao.kernel.settings import settings


def metrics(request: HttpRequest) -> HttpResponse:
    """The figures of this process; 404 unless the header is `Authorization: Bearer TOKEN`."""
    token = settings().metrics_token
    if token is None or not constant_time_compare(request.headers.get("Authorization", ""), f"Bearer {token}"):
        raise Http404
    answer: HttpResponse = ExportToDjangoView(request)
    return answer
