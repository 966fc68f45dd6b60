"""What was worked out for a word, remembered while that stays small: most words of a report have been met."""

from collections.abc import Callable
from typing import TypeVar

_Found = TypeVar("_Found")
# Nobody's word is longer, and what is made of letters without end should not stay.
LONGEST = 40


class Known(dict[str, _Found]):
    """A table that works out each word when it is first asked for, and begins anew when it is full."""

    def __init__(self, work: Callable[[str], _Found], most: int) -> None:
        self._work, self._most = work, most

    def __missing__(self, word: str) -> _Found:
        found = self._work(word)
        if len(word) <= LONGEST:
            if len(self) >= self._most:
                self.clear()
            self[word] = found
        return found
