"""The console as a Django app."""

from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.console"
    label = "console"
