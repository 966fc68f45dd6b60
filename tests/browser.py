"""Finds a Chromium for the tests, or brings one: on the PATH, else from apt when root, else by playwright.

`python -m tests.browser` does that and says which; a missing browser is an error, never a skip.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
)


def path() -> str | None:
    """The Chromium to drive: one on the PATH, else None for the one that playwright brought."""
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


def main() -> None:
    """Make sure there is a browser."""
    if path() or _from_apt() or _from_playwright():
        sys.stdout.write(f"browser: {path() or 'playwright'}\n")
        return
    sys.exit("no Chromium: install one (for example: apt-get install chromium) and run again")


def _from_apt() -> bool:
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        return False
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        if subprocess.run(command, env=quiet, stdout=subprocess.DEVNULL, check=False).returncode:
            return False
    return path() is not None


def _from_playwright() -> bool:
    command = [str(Path(sys.executable).with_name("playwright")), "install", "chromium"]
    return subprocess.run(command, check=False).returncode == 0


if __name__ == "__main__":
    main()
