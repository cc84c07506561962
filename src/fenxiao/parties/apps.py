"""The parties floor as a Django app."""

from django.apps import AppConfig


class PartiesConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.parties"
    label = "parties"
