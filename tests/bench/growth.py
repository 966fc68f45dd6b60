"""How cost grows: with the length of a report, with the number of rules, with the number of rows."""

import json
import random
import re
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.bench.ours import seconds
from triage_model.phrase_language import compile_phrase
from triage_model.rulefiles import _lexicons
from triage_model.rules import DEFAULT, Rule
from triage_model.triage import Triage
from triage_model.types import Report

LENGTHS = (10, 30, 100, 300, 1_000, 3_000, 10_000, 20_000)
RULES = (50, 100, 200, 400, 700, 1_000)
ROWS = (1_000, 3_000, 10_000, 30_000, 100_000)
_WORD = re.compile(r"[a-z]{4,}")


def by_length(desk: Triage, texts: Sequence[str]) -> list[tuple[int, float]]:
    """Milliseconds for one report of so many words, each a run of samples."""
    words = " ".join(texts).split()
    made = [(count, " ".join((words * (count // len(words) + 1))[:count])) for count in LENGTHS]
    return [
        (count, 1000 * min(seconds(lambda text=text: desk.decide(Report(text))) for _ in range(3)))
        for count, text in made
    ]  # type: ignore[misc]


def by_rules(desk: Triage, texts: Sequence[str]) -> list[tuple[int, float]]:
    """Milliseconds for one report under so many rules: the real ones, then copies with altered words."""
    found = []
    for count in RULES:
        book = desk.rulebook.with_rules([*desk.rulebook.rules, *_clones(desk.rulebook.rules, count)][:count])
        other = replace(desk, rulebook=book)
        for text in texts[:50]:
            other.decide(Report(text))
        took = seconds(lambda other=other: [other.decide(Report(text)) for text in texts[:100]])  # type: ignore[misc]
        found.append((count, 10 * took))
    return found


def _clones(rules: Sequence[Rule], count: int) -> Iterator[Rule]:
    """Copies of rules in which one word of each phrase is exchanged for one of another rule."""
    chance, lexicons = random.Random(1), _lexicons(DEFAULT / "lexicons.yaml", [])
    words = sorted({word for rule in rules for phrase in rule.phrases for word in _WORD.findall(phrase.text)})
    for number in range(count):
        rule = rules[number % len(rules)]
        texts = [_altered(phrase.text, words, chance) for phrase in rule.phrases]
        yield replace(
            rule, id=f"{rule.id}-{number}", phrases=tuple(compile_phrase(text, lexicons) for text in texts)
        )


def _altered(text: str, words: Sequence[str], chance: random.Random) -> str:
    bare = re.sub(r"\{[a-z_0-9]+\}", lambda found: " " * len(found.group()), text)
    places = [found.span() for found in _WORD.finditer(bare)]
    if not places:
        return text
    start, end = chance.choice(places)
    return text[:start] + chance.choice(words) + text[end:]


def noisy(texts: Sequence[str], count: int, path: Path) -> Path:
    """A file of so many reports, drawn again and again from samples, words left out and doubled."""
    chance = random.Random(7)
    with path.open("w") as file:
        for number in range(count):
            words = [
                word
                for word in chance.choice(texts).split()
                for _ in range(chance.choice((0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2)))
            ]
            file.write(json.dumps({"id": f"n{number}", "text": " ".join(words)}) + "\n")
    return path


def by_rows(model: Path, texts: Sequence[str], folder: Path, most: int) -> list[dict[str, Any]]:
    """Seconds and memory of `triage score` on so many rows, in one process."""
    return [
        scored(noisy(texts, count, folder / "rows.jsonl"), count, "--model", str(model))
        for count in ROWS
        if count <= most
    ]


def scored(path: Path, count: int, *how: str) -> dict[str, Any]:
    """Seconds of a core, most memory and bytes written by `triage score` on a file, in one process."""
    output = path.with_suffix(".out.jsonl")
    triage = Path(sys.executable).with_name("triage")
    command = [triage, "score", path, "-o", output, "--workers", "1", *how]
    begun = _of_children()
    process = subprocess.Popen(list(map(str, command)))
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, _resident(process.pid))
        time.sleep(0.05)
    assert process.returncode == 0
    return {"rows": count, "s": _of_children() - begun, "mb": peak, "bytes": output.stat().st_size}


def _of_children() -> float:
    """Processor seconds of the programs that were started and have ended, whatever else the machine did."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def _resident(pid: int) -> float:
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return 0.0
    return next(
        (int(line.split()[1]) / 1024 for line in status.splitlines() if line.startswith("VmHWM")), 0.0
    )
