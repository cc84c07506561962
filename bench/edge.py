"""How fast the edge redirects with the click on disk, against the same server's empty 302 in the same run.

`fenxiao bench edge [--json] [--seconds N] [--connections N]` works in a scratch home that it removes. The two servers
are measured in turns, so that a slow minute of the machine slows both.
"""

import argparse
import json
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from figures import figure, report

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 3
LINKS = 200
TARGET = 0.40
EDGE, EMPTY = "fenxiao.edge.app:application", "bench.empty302:application"


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])  # type: ignore[union-attr]  # it has one
    options.add_argument("--json", action="store_true", help="print one JSON object as the last line")
    options.add_argument("--seconds", type=float, default=5.0, help="length of one round")
    options.add_argument("--connections", type=int, default=64)
    asked = options.parse_args()
    home = Path(tempfile.mkdtemp(prefix="fenxiao-bench-"))
    home.chmod(0o755)  # PostgreSQL runs as another user when we are root
    try:
        result = measure(home, seconds=asked.seconds, connections=asked.connections)
    finally:
        from fenxiao.kernel.postgres import release_server

        release_server(home)
        shutil.rmtree(home, ignore_errors=True)
    report("edge", result.pop("figures"), as_json=asked.json, **result)


def measure(home: Path, *, seconds: float, connections: int) -> dict[str, Any]:
    """The figures of alternating rounds. An answer without a kept click, or a click too few, is an error."""
    os.environ |= {"FENXIAO_HOME": str(home), "DJANGO_SETTINGS_MODULE": "fenxiao.cli.site.settings"}
    sys.path.insert(0, str(ROOT / "src"))
    paths = make_links()
    ours, theirs = [], []
    with server(EDGE) as edge, server(EMPTY) as empty:
        load(edge, paths, seconds=1, connections=connections)  # warm up: prepared statements, known links
        for _ in range(ROUNDS):
            ours.append(load(edge, paths, seconds=seconds, connections=connections))
            theirs.append(load(empty, paths, seconds=seconds, connections=connections))
    check_clicks(at_least=sum(one["answers"] for one in ours))
    value, peer = (statistics.median(one["answers"] / one["seconds"] for one in rounds) for rounds in (ours, theirs))
    return {
        "figures": [figure("requests_per_s", value, "1/s", target=TARGET, peer="empty 302", peer_value=peer)],
        "p99_ms": statistics.median(one["p99_ms"] for one in ours),
        "peer_p99_ms": statistics.median(one["p99_ms"] for one in theirs),
    }


def make_links() -> list[str]:
    """Tables, a merchant's product with a plan, and links to it; the paths of the links."""
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from fenxiao.catalog.models import Category, Product, ProductState
    from fenxiao.deals import services as deals
    from fenxiao.kernel import clock
    from fenxiao.kernel.actors import SYSTEM
    from fenxiao.parties.models import Kind, MerchantDomain, Organisation
    from fenxiao.tracking import services as tracking

    now = clock.now()
    merchant = Organisation.objects.create(kind=Kind.MERCHANT, name="Mei", joined_at=now)
    creator = Organisation.objects.create(kind=Kind.CREATOR, name="Chen", joined_at=now)
    MerchantDomain.objects.create(merchant=merchant, domain="shop.example", registered_at=now)
    category = Category.objects.create(pk="bench", depth=1, name_zh="测试", name_en="Bench")
    product = Product.objects.create(
        merchant=merchant,
        category=category,
        title="Cup",
        price_fen=10_000,
        stock=1,
        page_url="https://www.shop.example/cup?colour=blue",
        state=ProductState.ADMITTED,
        submitted_at=now,
        admitted_at=now,
        level=2,
    )
    deals.open_plan(product, rate_bp=2_000, by=SYSTEM, now=now)
    place = tracking.open_place(creator, name="bench", by=SYSTEM, now=now)
    return [
        f"/t/{tracking.make_link(creator, product=product, place=place, sub_id=f's{n}', by=SYSTEM, now=now).code}"
        for n in range(LINKS)
    ]


def check_clicks(*, at_least: int) -> None:
    """Every answer that was counted has its row."""
    from fenxiao.tracking.models import Click

    if (kept := Click.objects.count()) < at_least:
        raise SystemExit(f"{at_least} redirects were answered, but only {kept} clicks are kept")


@contextmanager
def server(application: str) -> Iterator[int]:
    """One granian worker on a free port; both applications are served with the same options."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "granian", "--interface", "asgi", "--no-ws", "--log-level", "warning"]
    process = subprocess.Popen(
        [*command, "--port", str(port), application],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
    )
    try:
        await_server(port)
        yield port
    finally:
        process.terminate()
        process.wait(10)


def await_server(port: int) -> None:
    """Return when the server answers."""
    for _ in range(200):
        caller = HTTPConnection("127.0.0.1", port, timeout=5)
        try:
            caller.request("GET", "/readyz")
            if caller.getresponse().status in {200, 302}:
                return
        except OSError:
            pass
        finally:
            caller.close()
        time.sleep(0.1)
    raise SystemExit(f"the server on port {port} does not answer")


def load(port: int, paths: list[str], *, seconds: float, connections: int) -> dict[str, Any]:
    """One round of load from a process of its own. Anything but redirects is an error."""
    told = subprocess.run(
        [sys.executable, str(ROOT / "bench/load.py"), str(port), str(seconds), str(connections)],
        input="\n".join(paths),
        capture_output=True,
        text=True,
        check=True,
    )
    result: dict[str, Any] = json.loads(told.stdout)
    if set(result["statuses"]) != {"302"}:
        raise SystemExit(f"not only redirects: {result['statuses']}")
    return result


if __name__ == "__main__":
    main()
