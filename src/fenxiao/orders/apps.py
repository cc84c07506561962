"""The orders floor as a Django app."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.orders"
    label = "orders"
