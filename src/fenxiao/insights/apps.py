"""The insights floor as a Django app."""

from django.apps import AppConfig


class InsightsConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.insights"
    label = "insights"
