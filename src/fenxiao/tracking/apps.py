"""The tracking floor as a Django app."""

from django.apps import AppConfig


class TrackingConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.tracking"
    label = "tracking"
