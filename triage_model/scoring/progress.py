"""A bar on standard error for work that takes long."""

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn

from triage_model.scoring.workers import Done


def bar(done: Iterable[Done], total: int | None) -> Iterator[Done]:
    """Pass chunks on as they are done, and show rows and what is left of the input."""
    columns = (TextColumn("{task.fields[rows]:,} reports"), BarColumn(), TaskProgressColumn())
    with Progress(*columns, TimeRemainingColumn(), console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=total, rows=0)
        for chunk, written in done:
            yield chunk, written
            progress.update(task, completed=chunk.read, rows=chunk.before + len(chunk.rows))
