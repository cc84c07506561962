"""A process that fills a wallet under keys and answers each deposit once it is committed, for tests that kill it."""

import os
import sys

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.ground")
django.setup()

from django.db import connection  # noqa: E402  # models stand after django.setup

from fenxiao.kernel import clock  # noqa: E402  # as above
from fenxiao.ledger import services as ledger  # noqa: E402  # as above
from fenxiao.parties.models import Organisation  # noqa: E402  # as above
from tests.cast import BY  # noqa: E402  # as above

if __name__ == "__main__":
    connection.settings_dict["NAME"] = sys.argv[1]  # the database of the test that started us
    merchant = Organisation.objects.get(pk=sys.argv[2])
    for number in range(int(sys.argv[3])):
        made = ledger.deposit(merchant, amount_fen=100 + number, key=f"k{number}", by=BY, now=clock.now())
        sys.stdout.write(f"{number} {made.pk}\n")
        sys.stdout.flush()
