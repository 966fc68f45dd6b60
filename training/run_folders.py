"""One folder for every run: what was asked, from which data, how it went and what came out.

The law it keeps (8): a run's folder names rows by id and place; report text is in none of its files.
"""

import json
import os
import secrets
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import yaml

from training import figures, heads, report
from training.fit import Config
from training.progress import Say, Watch
from training.runs import Run
from triage_model import artefact

RUN, CONFIG, LOG, FIGURES, PICTURES = "run.json", "config.yaml", "log.txt", "figures.json", "figures"


@dataclass
class RunFolder:
    """A run that is under way: its folder, what is known of it so far, and when each stage began."""

    path: Path
    say: Say
    began: float = field(default_factory=time.monotonic)
    facts: dict[str, Any] = field(default_factory=dict)
    stages: list[dict[str, Any]] = field(default_factory=list)

    def tell(self, says: str) -> None:
        """Say something to whoever watches, and keep it in the log."""
        since = round(time.monotonic() - self.began, 1)
        self.stages.append({"after_seconds": since, "says": says})
        with (self.path / LOG).open("a", encoding="utf-8") as log:
            log.write(f"{since:8.1f} s  {says}\n")
        self.say(says)

    def watched(self) -> Say:
        """The same as `tell`, with progress if somebody watches."""
        return Watch(self.tell, self.say.console) if isinstance(self.say, Watch) else self.tell

    def keep(self, **facts: Any) -> None:
        """Write down what is known so far."""
        self.facts.update(facts)
        body = {**self.facts, "seconds": round(time.monotonic() - self.began, 1), "stages": self.stages}
        # Written whole or not at all: a run that is killed meanwhile leaves the last one behind.
        waiting = self.path / f".{RUN}.new"
        waiting.write_text(json.dumps(body, indent=1, default=str) + "\n", encoding="utf-8")
        os.replace(waiting, self.path / RUN)

    def configure(self, config: Config) -> None:
        """Write the choices that the model is made with, as `--config` reads them back."""
        text = yaml.safe_dump(_plain(config), sort_keys=False)
        (self.path / CONFIG).write_text(text, encoding="utf-8")

    def finish(self, result: Run) -> None:
        """Keep what the run made, whether its gate opened or not."""
        model_id = result.classifier.model_id
        report.write(self.path, result, model_id)
        _pictures(self.path / PICTURES, report.gathered(result, model_id))
        measured = {name: asdict(share) for name, share in figures.table(result.whole).items()}
        (self.path / FIGURES).write_text(json.dumps(measured, indent=1) + "\n", encoding="utf-8")
        checks = [asdict(check) for check in result.checks]
        outcome = "registered" if result.passed else "the gate is shut"
        self.keep(outcome=outcome, model_id=model_id, checks=checks, **result.facts)


@contextmanager
def opened(runs: Path, config: Config, asked: Mapping[str, Any], say: Say) -> Iterator[RunFolder]:
    """A new folder with the configuration in it; what breaks off says so in its `run.json`."""
    folder = RunFolder(runs / f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(3)}", say)
    folder.path.mkdir(parents=True)
    folder.configure(config)
    began = datetime.now(UTC).isoformat(timespec="seconds")
    facts = {"began": began, "asked": dict(asked), "seeds": {"heads": heads.SEED}}
    folder.keep(outcome="broke off", versions=artefact.versions(), **facts)
    _estimate(runs, folder)
    try:
        yield folder
    finally:
        folder.keep()


def _estimate(runs: Path, folder: RunFolder) -> None:
    """What the last whole run took is the best guess at what this one will."""
    for path in sorted(runs.glob(f"*/{RUN}"), reverse=True):
        try:
            says = _took(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError):
            folder.tell(f"{path} is torn, so it is passed over; nothing else reads it")
            continue
        if says is not None:
            folder.tell(says)
            return


def _took(body: Mapping[str, Any]) -> str | None:
    """What a run took, if it came as far as reading its data."""
    if "data" not in body:
        return None
    rows = sum(part["rows"] for part in body["data"].values())
    return f"the run before took {body['seconds']:.0f} s for {rows} rows"


def _plain(config: Config) -> dict[str, Any]:
    body = json.loads(json.dumps(asdict(config)))
    return {"features": body.pop("spec"), **body}


def _pictures(folder: Path, gathered: Mapping[str, Any]) -> None:
    folder.mkdir()
    for name, value in gathered.items():
        if isinstance(value, str) and value.startswith("<svg"):
            (folder / f"{name}.svg").write_text(value, encoding="utf-8")
