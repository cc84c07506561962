"""Opening an installation from a command: its home, its settings, its database with up-to-date tables."""

import os
from pathlib import Path

from fenxiao.kernel.settings import Settings, settings


def choose_home(home: Path | None) -> Settings:
    """Make `home` (or FENXIAO_HOME, or ./var) this process's installation, before anything has read its settings."""
    if home is not None:
        os.environ["FENXIAO_HOME"] = str(home.resolve())
        settings.cache_clear()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fenxiao.cli.site.settings")
    return settings()


def open_house(home: Path | None) -> Settings:
    """Connect to the database of `home` (starting the embedded one), bring its tables up to date, load every floor."""
    here = choose_home(home)
    import django

    django.setup()
    migrate(quietly=True)
    return here


def migrate(*, quietly: bool) -> None:
    """Bring the tables up to date; nothing happens when they are."""
    from django.core.management import call_command

    call_command("migrate", verbosity=0 if quietly else 1, interactive=False)
