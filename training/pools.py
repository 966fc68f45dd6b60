"""Reports to choose from for labelling: rows of any label file, or reports that nobody has labelled yet.

The law it keeps: a test part is never chosen from. To mend its labels by a model's opinion would make the
model's figures better and the model no better.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from training import label_files
from training.label_files import Raw
from triage_model.errors import LabelError

_IDS = ("id", "report_ref")


@dataclass(frozen=True, slots=True)
class Pooled:
    """A report, and where it stands. A label that it may have is not carried: it is to be read anew."""

    id: str
    text: str
    place: str


def read(sources: Sequence[Path], *, mapping: Mapping[str, str]) -> list[Pooled]:
    """Every report of some files. Raises LabelError with every problem."""
    rows, problems = [], list(held_back(sources, mapping=mapping))
    seen: dict[str, str] = {}
    for path in sources:
        raw, bad = label_files.raw_rows(path, mapping)
        problems += bad
        for entry in raw:
            made = _pooled(path, entry)
            problems += list(_problems(made, entry.values.get("text"), seen))
            rows.append(made)
    if problems:
        raise LabelError(problems)
    return rows


def held_back(sources: Sequence[Path], *, mapping: Mapping[str, str]) -> Iterator[str]:
    """What of some files is a test part, by the name of its file or by a row's own `part`."""
    for path in sources:
        if path.stem == "test" or path.is_dir():
            yield f"{path}: a test part is never chosen from or mended; name the other parts"
            continue
        raw, _ = label_files.raw_rows(path, mapping)
        for entry in raw:
            if entry.values.get("part") == "test":
                yield f"{path}:{entry.line}: is of the test part; leave it out"


def _pooled(path: Path, entry: Raw) -> Pooled:
    named = next((str(entry.values[name]) for name in _IDS if entry.values.get(name) is not None), "")
    text: Any = entry.values.get("text")
    return Pooled(named or f"{path.stem}-{entry.line}", str(text or ""), f"{path}:{entry.line}")


def _problems(made: Pooled, text: Any, seen: dict[str, str]) -> Iterator[str]:
    if not isinstance(text, str):
        yield f"{made.place}: `text` must be text; map another name with --map THEIRS=text"
    if made.id in seen:
        yield f"{made.place}: the id {made.id} is used at {seen[made.id]}; give each row its own"
    seen.setdefault(made.id, made.place)
