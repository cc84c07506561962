"""The facts floor as a Django app."""

from django.apps import AppConfig


class FactsConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.facts"
    label = "facts"
