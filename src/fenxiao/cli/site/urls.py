"""All addresses of the web process."""

from django.urls import include, path

from fenxiao.kernel.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz),
    path("readyz", readyz),
    path("", include("django_prometheus.urls")),
    path("accounts/", include("allauth.urls")),
    path("", include("fenxiao.console.urls")),
]
