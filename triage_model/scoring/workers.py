"""Decides chunks on several cores of this machine, in the order in which they came.

A worker that dies takes nothing with it: the chunks that were with it are handed out again.
"""

import gc
import multiprocessing
import os
import sys
import threading
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing.connection import wait
from typing import Protocol

from triage_model.errors import InputError
from triage_model.scoring.forms import scored
from triage_model.scoring.rows import Chunk
from triage_model.triage import Triage

Done = tuple[Chunk, bytes]
Loader = Callable[[], Triage]
_AHEAD = 3
_MOST_DEATHS = 3
_mine: dict[str, Triage] = {}


class Answer(Protocol):
    """What a worker will give: the decisions on one chunk."""

    def result(self) -> bytes: ...


def here(desk: Triage, chunks: Iterable[Chunk], form: str) -> Iterator[Done]:
    """Decide in this process."""
    _settle()
    return ((chunk, scored(desk, chunk.rows, form)) for chunk in chunks)


def in_order(chunks: Iterable[Chunk], ask: Callable[[Chunk], Answer], ahead: int) -> Iterator[Done]:
    """Keep some chunks with the workers, and give their decisions in the order of the input."""
    waiting: deque[tuple[Chunk, Answer]] = deque()
    for chunk in chunks:
        waiting.append((chunk, ask(chunk)))
        if len(waiting) > ahead:
            first, answer = waiting.popleft()
            yield first, answer.result()
    while waiting:
        first, answer = waiting.popleft()
        yield first, answer.result()


class Pool:
    """Worker processes that each hold one triage. Where the system can fork, they share its memory."""

    def __init__(self, desk: Triage, load: Loader, *, count: int, form: str) -> None:
        self._desk, self._load, self._count, self._form = desk, load, count, form
        self._deaths = 0
        self._pool = self._made()

    def over(self, chunks: Iterable[Chunk]) -> Generator[Done, None, None]:
        """The chunks with their decisions, in order."""
        try:
            yield from in_order(chunks, self._ask, self._count * _AHEAD)
        finally:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _ask(self, chunk: Chunk) -> Answer:
        return _Asked(chunk, self)

    def submitted(self, chunk: Chunk) -> "tuple[ProcessPoolExecutor, Future[bytes]]":
        """Hand a chunk to the workers; the pool that has it comes back too."""
        try:
            return self._pool, self._pool.submit(_work, chunk, self._form)
        except BrokenProcessPool:
            self.mend(self._pool)
            return self.submitted(chunk)

    def mend(self, broken: ProcessPoolExecutor) -> None:
        """New workers for those that died, once for each death."""
        if broken is not self._pool:
            return
        self._deaths += 1
        if self._deaths > _MOST_DEATHS:
            raise InputError("workers keep being killed; is there memory for so many? Try fewer --workers")
        self._pool = self._made()

    def _made(self) -> ProcessPoolExecutor:
        _settle()
        if sys.platform == "linux":
            _mine["desk"] = self._desk
            fork = multiprocessing.get_context("fork")
            return ProcessPoolExecutor(self._count, mp_context=fork, initializer=_begin)
        spawn = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(self._count, mp_context=spawn, initializer=_begin, initargs=(self._load,))


class _Asked:
    """One chunk with the workers, asked again if they died."""

    def __init__(self, chunk: Chunk, pool: Pool) -> None:
        self._chunk, self._pool = chunk, pool
        self._executor, self._future = pool.submitted(chunk)

    def result(self) -> bytes:
        while True:
            try:
                return self._future.result()
            except BrokenProcessPool:
                self._pool.mend(self._executor)
                self._executor, self._future = self._pool.submitted(self._chunk)


def _begin(load: Loader | None = None) -> None:
    threading.Thread(target=_leave_with_parent, daemon=True).start()
    if load is not None:
        _mine["desk"] = load()
        _settle()


def _settle() -> None:
    """What was loaded stays: walking it for garbage after every few reports took a fifth of the time."""
    gc.freeze()


def _leave_with_parent() -> None:
    """A worker whose parent was killed would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)


def _work(chunk: Chunk, form: str) -> bytes:
    return scored(_mine["desk"], chunk.rows, form)
