"""The ledger floor as a Django app."""

from django.apps import AppConfig


class LedgerConfig(AppConfig):
    """Names the app."""

    name = "fenxiao.ledger"
    label = "ledger"
