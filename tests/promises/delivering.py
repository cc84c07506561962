"""A worker that delivers news as the real one does, with a handler that counts, for tests that kill it."""

import os
import sys
import time

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.ground")
django.setup()

from django.db import connection  # noqa: E402  # models stand after django.setup

from fenxiao.kernel import clock, outbox  # noqa: E402  # as above
from fenxiao.kernel.models import AuditRow  # noqa: E402  # as above


@outbox.on("cup.sold")
def count(news: outbox.News) -> None:
    """Leave one mark for each piece of news, slowly enough to be killed at it."""
    AuditRow.objects.create(
        at=news.now, act="cup.sold", subject_type="test", subject_id=str(news.payload["cup"]), actor=str(os.getpid())
    )
    time.sleep(0.002)


if __name__ == "__main__":
    # The database of the test that started us.
    connection.settings_dict["NAME"] = sys.argv[1]
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    sys.stdin.readline()  # all begin at one word
    while outbox.deliver_due(now=clock.now(), most=50):
        pass
