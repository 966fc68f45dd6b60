"""Where keys stand among the words of a text, as bits: what a phrase needs is looked for here first.

Bit i of a number is word i, so one step of arithmetic asks every place of a text at once. All of it
takes time in step with the length of the text.
"""

from collections.abc import Iterator, Mapping, Sequence

Bits = int


class Places:
    """Where each key stands, and where one of some keys does. What was asked once is remembered."""

    __slots__ = ("_asked", "index")

    def __init__(self, index: Mapping[str, Sequence[int]]) -> None:
        self.index = index
        self._asked: dict[frozenset[str], Bits] = {}

    def of(self, keys: frozenset[str]) -> Bits:
        """Where one of some keys stands."""
        found = self._asked.get(keys)
        if found is None:
            found = self._asked[keys] = self._of(keys)
        return found

    def _of(self, keys: frozenset[str]) -> Bits:
        index = self.index
        present = index.keys() & keys
        return bits([place for key in present for place in index[key]]) if present else 0


def bits(places: Sequence[int]) -> Bits:
    """The number that has these places as its bits."""
    if not places:
        return 0
    if len(places) == 1:
        return 1 << places[0]
    row = bytearray((max(places) >> 3) + 1)
    for place in places:
        row[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(row, "little")


def each(found: Bits) -> Iterator[int]:
    """The places in a number, in order."""
    row = bin(found)[:1:-1]
    place = row.find("1")
    while place >= 0:
        yield place
        place = row.find("1", place + 1)


def before(found: Bits, least: int, most: int) -> Bits:
    """The places from which one of those found is so many words ahead."""
    found >>= least
    width, done = most - least + 1, 1
    while done < width:
        step = min(done, width - done)
        found |= found >> step
        done += step
    return found


def any_near(ones: Bits, others: Bits, *, after: tuple[int, int]) -> bool:
    """Whether one of either stands within reach of one of the other: how far each may be followed by it."""
    first, second = after
    return bool(ones & before(others, 1, first) or others & before(ones, 1, second))
