"""The discovery floor as a Django app."""

from django.apps import AppConfig


class DiscoveryConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.discovery"
    label = "discovery"
