"""What it costs to be there at all: start, memory, size."""

import importlib.metadata
import re
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from tests.bench.ours import size_of

_LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==", re.IGNORECASE | re.MULTILINE)


def measured(model: Path) -> dict[str, Any]:
    """Seconds to score one report from nothing, and how much is installed."""
    packages = {name.lower() for name in _LOCKED.findall(Path("requirements.lock").read_text())}
    return {
        "one_report_s": _seconds("--model", str(model)),
        "one_report_rules_only_s": _seconds("--rules-only"),
        "packages": len(packages),
        "install_mb": sum(_size(name) for name in packages),
        "model_mb": size_of(model.resolve()),
    }


def _seconds(*arguments: str) -> float:
    command = [str(Path(sys.executable).with_name("triage")), "score", "-", *arguments]
    took = []
    for _ in range(3):
        begun = time.monotonic()
        subprocess.run(
            command, input=b'{"id": 1, "text": "he has a knife"}\n', stdout=subprocess.DEVNULL, check=True
        )
        took.append(time.monotonic() - begun)
    return min(took)


def _size(name: str) -> float:
    try:
        files = importlib.metadata.files(name) or []
    except importlib.metadata.PackageNotFoundError:  # locked for another system
        return 0.0
    there = [Path(str(file.locate())) for file in files]
    return sum(path.stat().st_size for path in there if path.is_file()) / 1e6
