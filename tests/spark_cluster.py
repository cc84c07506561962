"""A real Spark cluster for tests: a standalone master and a worker of its own, on this machine."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

STARTS_WITHIN = 60


@contextmanager
def cluster(folder: Path) -> Iterator[str]:
    """The address of a master that has a worker; both are gone afterwards."""
    import pyspark

    home = Path(pyspark.__file__).parent
    started: list[subprocess.Popen[bytes]] = []
    with pytest.MonkeyPatch.context() as patch:
        for name, value in {"SPARK_LOCAL_IP": "127.0.0.1", "PYSPARK_PYTHON": sys.executable}.items():
            patch.setenv(name, value)
        patch.setenv("SPARK_LOCAL_DIRS", str(folder / "local"))
        patch.setenv("SPARK_HOME", str(home))
        try:
            port = free_port()
            _begin(started, home, folder, "master.Master", "--host", "127.0.0.1", "--port", str(port))
            _wait_for(folder / "master.Master.log", "I have been elected leader")
            address = f"spark://127.0.0.1:{port}"
            _begin(started, home, folder, "worker.Worker", "--cores", "2", "--memory", "1g", address)
            _wait_for(folder / "worker.Worker.log", "Successfully registered with master")
            yield address
        finally:
            for process in started:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


def _begin(started: list[subprocess.Popen[bytes]], home: Path, folder: Path, role: str, *arguments: str) -> None:
    """Start a master or a worker, in a process group of its own."""
    command = [home / "bin" / "spark-class", f"org.apache.spark.deploy.{role}", "--webui-port", "0", *arguments]
    environment = os.environ | {"SPARK_WORKER_DIR": str(folder / "work")}
    with (folder / f"{role}.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True, env=environment)
    started.append(process)


def _wait_for(log: Path, words: str) -> None:
    """Wait until the log has these words."""
    until = time.monotonic() + STARTS_WITHIN
    while words not in log.read_text(errors="replace"):
        assert time.monotonic() < until, log.read_text(errors="replace")[-2_000:]
        time.sleep(0.2)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
