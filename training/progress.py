"""How far long work has come: at a terminal a bar with the time left, elsewhere a line now and then."""

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

Say = Callable[[str], None]
Item = TypeVar("Item")
_EVERY = 15.0


@dataclass(frozen=True, slots=True)
class Watch:
    """Says what is being done, and shows how far it has come."""

    tell: Say
    console: Console = field(default_factory=lambda: Console(stderr=True))

    def __call__(self, says: str) -> None:
        self.tell(says)

    def over(self, items: Iterable[Item], says: str, total: int) -> Iterator[Item]:
        if self.console.is_terminal:
            yield from _bar(self.console, items, says, total)
        else:
            yield from _lines(self.tell, items, says, total)


def over(items: Sequence[Item], says: str, say: Say) -> Iterator[Item]:
    """The items one by one, with progress where somebody watches."""
    return come(items, says, say, total=len(items))


def come(items: Iterable[Item], says: str, say: Say, *, total: int) -> Iterator[Item]:
    """The same for items that are made as they come, of which there will be `total`."""
    return say.over(items, says, total) if isinstance(say, Watch) else iter(items)


def left(seconds: float, done: int, total: int) -> str:
    """How long the rest takes if it goes on as it went, in words."""
    rest = seconds / done * (total - done)
    return f"about {rest:.0f} s left" if rest < 100 else f"about {rest / 60:.0f} min left"


def _bar(console: Console, items: Iterable[Item], says: str, total: int) -> Iterator[Item]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True) as bar:
        yield from bar.track(items, total=total, description=says)


def _lines(tell: Say, items: Iterable[Item], says: str, total: int) -> Iterator[Item]:
    began = told = time.monotonic()
    for done, item in enumerate(items):
        now = time.monotonic()
        if done and now - told >= _EVERY:
            tell(f"{says}: {done} of {total}, {left(now - began, done, total)}")
            told = now
        yield item
