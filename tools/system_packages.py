"""Install what only apt can: venv support for `make setup`, a browser and a Chinese font for `make test`."""

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FONTS = Path("/usr/share/fonts")


def main(purpose: str) -> int:
    """Install what `purpose` lacks. Without venv nothing works, so that fails; browser tests skip and say so."""
    lacking = {"venv": lacking_for_venv, "browser": lacking_for_browser}[purpose]()
    if not lacking:
        return 0
    print(f"Installing with apt: {' '.join(lacking)}", flush=True)
    trouble = apt_install(lacking)
    if not trouble:
        return 0
    consequence = "nothing was installed" if purpose == "venv" else "browser tests will be skipped"
    print(f"{trouble}; {consequence}. Please install: {' '.join(lacking)}", file=sys.stderr)
    return 1 if purpose == "venv" else 0


def lacking_for_venv() -> list[str]:
    """Debian splits ensurepip from Python."""
    return [] if importlib.util.find_spec("ensurepip") else ["python3-venv"]


def lacking_for_browser() -> list[str]:
    """A browser to drive, and a font, since screenshots of Chinese pages would show boxes."""
    lacking = [] if any(map(shutil.which, BROWSERS)) else ["chromium"]
    return lacking if any(FONTS.rglob("*CJK*")) else [*lacking, "fonts-noto-cjk"]


def apt_install(packages: list[str]) -> str:
    """Install as root or by passwordless sudo; what stood in the way, or nothing."""
    if not shutil.which("apt-get"):
        return "There is no apt-get here"
    if os.geteuid() != 0 and not can_sudo():
        return "Installing system packages needs root or passwordless sudo"
    sudo = [] if os.geteuid() == 0 else ["sudo", "-n"]
    apt = [*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "-o", "DPkg::Lock::Timeout=300"]
    for step in (["update"], ["install", "--yes", "--no-install-recommends", *packages]):
        done = subprocess.run([*apt, *step], capture_output=True, text=True, check=False)
        if done.returncode:
            *_, reason = ["no reason given", *done.stderr.strip().splitlines()]
            return f"apt-get {step[0]} failed ({reason})"
    return ""


def can_sudo() -> bool:
    """Whether sudo asks for no password."""
    sudo = shutil.which("sudo")
    return bool(sudo) and subprocess.run([str(sudo), "-n", "true"], capture_output=True, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
