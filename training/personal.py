"""Personal data that samples must not hold: numbers that could ring, write to or pay a real person.

Telephone numbers may come from the ranges that Ofcom keeps for drama, or be an organisation's.
"""

import re
from collections.abc import Iterator, Sequence

from training.labels import LabelRow

_PHONE = re.compile(r"(?<![\d*])(?:\+44 ?|0)(?:[ -]?\d){9,10}(?!\d)")
_DRAMA = re.compile(
    r"0(?:7700900\d{3}|1632960\d{3}|1(?:13|14|15|16|17|18|21|31|41|51|61)4960\d{3}|1914980\d{3}|2079460\d{3}"
    r"|2896496\d{3}|2920180\d{3}|3069990\d{3}|8081570\d{3}|9098790\d{3}"
    r"|207946\d{4}|289649\d{4}|292018\d{4})"
)
_ORGANISATION = re.compile(r"0(?:3\d|80|84|87)\d+")
_EMAIL = re.compile(r"[\w.+-]{1,64}@([\w-]{1,64}(?:\.[\w-]{1,24}){1,4})")
_RESERVED = re.compile(r"(?:^|\.)(?:example(?:\.\w+)*|test|invalid|localhost)$", re.I)
_INSURANCE = re.compile(r"\b(?!QQ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D]\b", re.I)
_CARD = re.compile(r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)")
_POSTCODE = re.compile(r"\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\b")
_PLATE = re.compile(r"\b[A-Z]{2}\d\d ?[A-Z]{3}\b")


def problems(rows: Sequence[LabelRow]) -> Iterator[str]:
    """Where a row holds a number or an address that could be a real person's. What it is is not repeated."""
    for row in rows:
        kinds = dict.fromkeys(_kinds(row.text))
        for kind in kinds:
            yield f"{row.place}: {row.id} holds {kind}; put one from a reserved range in its place"


def notes(rows: Sequence[LabelRow]) -> dict[str, int]:
    """Rows that hold what may or may not be real, for a person to look at."""
    return {
        "full postcodes (see that none is a person's)": sum(bool(_POSTCODE.search(row.text)) for row in rows),
        "full number plates (see that none is real)": sum(bool(_PLATE.search(row.text)) for row in rows),
    }


def _kinds(text: str) -> Iterator[str]:
    for match in _PHONE.finditer(text):
        number = re.sub(r"^\+44", "0", re.sub(r"[ -]", "", match.group()))
        if not _DRAMA.fullmatch(number) and not _ORGANISATION.fullmatch(number):
            yield "a telephone number outside the ranges kept for drama"
    if any(not _RESERVED.search(match.group(1)) for match in _EMAIL.finditer(text)):
        yield "an e-mail address outside the reserved domains"
    if _INSURANCE.search(text):
        yield "a National Insurance number"
    if any(_valid_card(match.group()) for match in _CARD.finditer(text)):
        yield "a card number"


def _valid_card(written: str) -> bool:
    digits = [int(c) for c in written if c.isdigit()]
    doubled = [d * 2 - 9 * (d > 4) for d in digits[-2::-2]]
    return (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
