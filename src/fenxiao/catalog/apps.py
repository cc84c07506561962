"""The catalog floor as a Django app."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.catalog"
    label = "catalog"
