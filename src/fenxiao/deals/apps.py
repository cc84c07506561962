"""The deals floor as a Django app."""

from django.apps import AppConfig


class DealsConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.deals"
    label = "deals"
