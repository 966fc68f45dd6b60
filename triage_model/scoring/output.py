"""Where decisions go. The law it keeps: after a kill at any moment, what is written is whole chunks in order.

A chunk is written and brought to the disk before the journal beside it says so; what stands after the
last chunk in the journal is a torn tail, and is cut when the work is taken up again.
"""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import IO, Any, Protocol

from triage_model.errors import InputError
from triage_model.scoring import forms

FORMS = {".csv": "csv", ".parquet": "parquet"}


class Output(Protocol):
    """A place for decisions. `rows` says how many of them are already there."""

    rows: int

    def add(self, written: bytes, rows: int) -> None: ...

    def finish(self) -> None: ...

    def close(self) -> None: ...


def form_of(path: Path | None) -> str:
    """The form that the ending of a file asks for."""
    return FORMS.get(path.suffix, "jsonl") if path else "jsonl"


def apart(path: Path | None, inputs: Sequence[Path]) -> None:
    """Raises InputError where the output is one of the inputs: to begin it would empty that file."""
    if path is not None and path.exists() and any(path.samefile(one) for one in inputs):
        raise InputError(f"{path}: is read from; write to a file that is not among the input")


def opened(path: Path | None, job: Mapping[str, Any], *, resume: bool) -> Output:
    """Standard output, or a file with its journal. Raises InputError if the file cannot be gone on with."""
    if path is None:
        return _Stream()
    journal = _journal_of(path)
    state = _taken_up(path, journal, job) if resume else None
    if state is None and journal.exists():
        raise InputError(
            f"{path}: was left unfinished; go on with --resume, or remove {journal} to begin again"
        )
    return _Noted(path, journal, job, state)


def _journal_of(path: Path) -> Path:
    return path.with_name(path.name + ".journal")


def _taken_up(path: Path, journal: Path, job: Mapping[str, Any]) -> tuple[int, int] | None:
    """Rows and bytes (of Parquet: parts) that the journal vouches for; none if nothing was begun."""
    if not journal.exists():
        if path.exists():
            raise InputError(f"{path}: has no journal beside it: it is finished, or other work; name another")
        return None
    lines = _whole_lines(journal)
    if not lines:
        return None
    if lines[0] != json.loads(json.dumps(job)):
        changed = sorted(name for name in job if lines[0].get(name) != job[name])
        raise InputError(
            f"{path}: was begun with another {', '.join(changed)}; remove {journal} to begin again"
        )
    last = lines[-1] if len(lines) > 1 else {"rows": 0, "size": 0}
    return int(last["rows"]), int(last["size"])


def _whole_lines(journal: Path) -> list[dict[str, Any]]:
    """What the journal says, without a last line that a kill cut short."""
    *lines, _ = journal.read_bytes().split(b"\n")
    return [json.loads(line) for line in lines]


class _Stream:
    """Standard output: nothing to go on with after a kill."""

    rows = 0

    def __init__(self) -> None:
        self._file = sys.stdout.buffer

    def add(self, written: bytes, rows: int) -> None:
        self._file.write(written)
        self._file.flush()

    def finish(self) -> None:
        self._file.flush()

    def close(self) -> None:
        """Standard output stays open for others."""


class _Noted:
    """A file, or for Parquet a folder of parts that become one file, with a journal of whole chunks."""

    def __init__(
        self, path: Path, journal: Path, job: Mapping[str, Any], state: tuple[int, int] | None
    ) -> None:
        self.rows, size = state or (0, 0)
        self._journal_path = journal
        self._place: _Appended | _Parts = _Parts(path) if form_of(path) == "parquet" else _Appended(path)
        self._place.cut(size)
        if state is None:
            _write_whole(journal, json.dumps(job).encode() + b"\n")
        else:
            _cut_to_whole_lines(journal)
        self._journal = journal.open("ab")

    def add(self, written: bytes, rows: int) -> None:
        size = self._place.add(written)
        self.rows += rows
        self._journal.write(json.dumps({"rows": self.rows, "size": size}).encode() + b"\n")
        _to_disk(self._journal)

    def finish(self) -> None:
        self._place.finish()
        self._journal_path.unlink()

    def close(self) -> None:
        self._place.close()
        self._journal.close()


class _Appended:
    """One growing file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = path.open("r+b" if path.exists() else "w+b")

    def cut(self, size: int) -> None:
        if self._file.seek(0, os.SEEK_END) < size:
            raise InputError(f"{self._path}: is shorter than its journal says; remove both to begin again")
        self._file.truncate(size)
        self._file.seek(size)
        if size == 0:
            self._file.write(forms.head(form_of(self._path)))

    def add(self, written: bytes) -> int:
        self._file.write(written)
        _to_disk(self._file)
        return self._file.tell()

    def finish(self) -> None:
        _to_disk(self._file)

    def close(self) -> None:
        self._file.close()


class _Parts:
    """Parquet cannot grow once closed: each chunk is a part, and parts become its row groups at the end."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._folder = path.with_name(path.name + ".parts")
        self._folder.mkdir(exist_ok=True)
        self._count = 0

    def cut(self, size: int) -> None:
        self._count = size
        for part in self._folder.iterdir():
            if part.stem not in {f"{n:08d}" for n in range(size)}:
                part.unlink()

    def add(self, written: bytes) -> int:
        _write_whole(self._part(self._count), written)
        self._count += 1
        return self._count

    def finish(self) -> None:
        import pyarrow.parquet as pq

        whole = self._path.with_name(self._path.name + ".partial")
        with pq.ParquetWriter(whole, forms.schema()) as writer:
            for number in range(self._count):
                writer.write_table(pq.read_table(self._part(number)))
        os.replace(whole, self._path)
        for number in range(self._count):
            self._part(number).unlink()
        self._folder.rmdir()

    def close(self) -> None:
        """Parts are closed as they are written."""

    def _part(self, number: int) -> Path:
        return self._folder / f"{number:08d}.parquet"


def _cut_to_whole_lines(journal: Path) -> None:
    content = journal.read_bytes()
    _write_whole(journal, content[: content.rfind(b"\n") + 1])


def _write_whole(path: Path, content: bytes) -> None:
    """A file with all of its content or none."""
    partial: AbstractContextManager[IO[bytes]] = path.with_name(path.name + ".partial").open("wb")
    with partial as file:
        file.write(content)
        _to_disk(file)
    os.replace(path.with_name(path.name + ".partial"), path)


def _to_disk(file: IO[bytes]) -> None:
    file.flush()
    os.fsync(file.fileno())
