"""The kernel as a Django app."""

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class KernelConfig(AppConfig):
    """Wakes the worker after every commit that published news."""

    name = "fenxiao.kernel"
    label = "kernel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Load every floor's handlers and connect the outbox to its job, now that models can be loaded."""
        from fenxiao.kernel import jobs, outbox

        autodiscover_modules("handlers")
        outbox.wake_with(jobs.wake_worker)
