"""The quality floor as a Django app."""

from django.apps import AppConfig


class QualityConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.quality"
    label = "quality"
