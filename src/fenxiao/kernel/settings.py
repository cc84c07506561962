"""Settings of an installation, read once from the environment (prefix `FENXIAO_`). Loads no Django."""

import contextlib
import hashlib
import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from fenxiao.kernel.errors import BadSetting


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One installation's settings; `home` holds everything it keeps on disk."""

    home: Path
    database_url: str | None  # None: the embedded server under `home`
    engine: str  # "duckdb" or "spark://host:port"
    secret_key: str
    base_url: str  # where people reach the web pages
    tracking_url: str  # where buyers reach the edge
    time_zone: str
    language: str
    currency: str  # ISO 4217, one per installation
    debug: bool
    metrics_token: str | None  # None: /metrics is not served

    @property
    def zone(self) -> ZoneInfo:
        """The zone whose midnight ends a business day."""
        return ZoneInfo(self.time_zone)

    @property
    def index_dir(self) -> Path:
        """Where the selection index lives."""
        return self.home / "index"

    @property
    def lake_dir(self) -> Path:
        """Where Parquet snapshots and grading results live."""
        return self.home / "lake"

    @property
    def log_dir(self) -> Path:
        """Where the embedded server and the keeper write their logs."""
        return self.home / "log"

    @property
    def report_dir(self) -> Path:
        """Where importers leave their row-by-row reports."""
        return self.home / "reports"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """Settings from `environ`, then from what the home keeps, then defaults.

    Refuses (`BadSetting`) what cannot be used, naming the variable.
    """
    home = Path(environ.get("FENXIAO_HOME", "var")).resolve()
    chosen = {**kept_values(home), **environ}
    return Settings(
        home=home,
        database_url=chosen.get("FENXIAO_DATABASE_URL") or None,
        engine=_engine(chosen.get("FENXIAO_ENGINE", "duckdb")),
        secret_key=chosen.get("FENXIAO_SECRET_KEY") or _kept_secret(home),
        base_url=_address("FENXIAO_BASE_URL", chosen.get("FENXIAO_BASE_URL", "http://127.0.0.1:8000")),
        tracking_url=_address("FENXIAO_TRACKING_URL", chosen.get("FENXIAO_TRACKING_URL", "http://127.0.0.1:8001")),
        time_zone=_time_zone(chosen.get("FENXIAO_TIME_ZONE", "Asia/Shanghai")),
        language=_language(chosen.get("FENXIAO_LANGUAGE", "zh-hans")),
        currency=_currency(chosen.get("FENXIAO_CURRENCY", "CNY")),
        debug=chosen.get("FENXIAO_DEBUG", "") in {"1", "true", "yes"},
        metrics_token=chosen.get("FENXIAO_METRICS_TOKEN") or None,
    )


def _engine(value: str) -> str:
    if value != "duckdb" and not value.startswith("spark://"):
        raise BadSetting(name="FENXIAO_ENGINE", value=value, wanted="duckdb | spark://host:port")
    return value


def _address(name: str, value: str) -> str:
    try:
        parts = urlsplit(value)
        is_usable = parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        is_usable = False
    if not is_usable:
        raise BadSetting(name=name, value=value, wanted="http(s)://host[:port]")
    return value.rstrip("/")


def _time_zone(value: str) -> str:
    if value not in available_timezones():
        raise BadSetting(name="FENXIAO_TIME_ZONE", value=value, wanted="IANA, e.g. Asia/Shanghai")
    return value


def _currency(value: str) -> str:
    if not (len(value) == 3 and value.isascii() and value.isalpha() and value.isupper()):
        raise BadSetting(name="FENXIAO_CURRENCY", value=value, wanted="ISO 4217, e.g. CNY")
    return value


def _language(value: str) -> str:
    if value not in {"zh-hans", "en"}:
        raise BadSetting(name="FENXIAO_LANGUAGE", value=value, wanted="zh-hans | en")
    return value


def kept_values(home: Path) -> dict[str, str]:
    """What the home itself keeps in `fenxiao.env` (lines NAME=value): what its money is in must not be forgotten."""
    try:
        lines = (home / "fenxiao.env").read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, value in pairs}


def keep_values(home: Path, values: Mapping[str, str]) -> None:
    """Keep `values` in the home's `fenxiao.env`, beside what it keeps already, and read the settings anew."""
    home.mkdir(parents=True, exist_ok=True)
    lines = [f"{name}={value}\n" for name, value in {**kept_values(home), **values}.items()]
    fresh = home / "fenxiao.env.new"
    fresh.write_text("".join(lines), encoding="utf-8")
    fresh.replace(home / "fenxiao.env")
    settings.cache_clear()


def _kept_secret(home: Path) -> str:
    """The secret of this home, made on first use; a derived one where the home cannot be written (yet)."""
    path = home / "secret_key"
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            _write_once(path, secrets.token_urlsafe(48))
        return path.read_text(encoding="ascii")
    except OSError:
        # The commands that serve check the home first and refuse; this keeps `doctor` able to say so.
        return hashlib.sha256(f"unwritable:{home}".encode()).hexdigest()


def _write_once(path: Path, text: str) -> None:
    """Write `text` readable by us alone; of several writers at once the first wins, and nobody sees half a file."""
    descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with open(descriptor, "w", encoding="ascii") as made:  # noqa: PTH123  a descriptor has no path
            made.write(text)
        with contextlib.suppress(FileExistsError):
            os.link(name, path)
    finally:
        Path(name).unlink()


@cache
def settings() -> Settings:
    """The settings of this process; the environment is read on the first call."""
    return read_settings(os.environ)
