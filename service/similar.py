"""Other reports that may tell of the same thing: of the same reporter, or in much the same words.

They are named beside a report and never merged with it, and what they say sets no grade.
"""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from math import log

import sqlalchemy as sa

from service import inbox
from service.desk import Desk
from service.inbox import Item, Opened
from service.ranking import newest
from service.store.tables import parts, reports
from service.users import User

DAYS = 14 * 86_400.0
POOL = 300
ALIKE = 0.3
SHARED = 4
SHOWN = 8
_WORD = re.compile(r"[^\W\d_]{4,}")


@dataclass(frozen=True, slots=True)
class Link:
    """Another report, and why it is named here."""

    item: Item
    why: str


def links(desk: Desk, user: User, opened: Opened) -> tuple[Link, ...]:
    """Reports to look at beside this one: first those of the same reporter, then those most alike."""
    same = reports.c.ref.in_(opened.linked)
    found = [Link(item, "same reporter") for item in _listed(desk, user, same, limit=SHOWN)]
    known = {opened.item.ref, *opened.linked}
    return (*found, *(link for link in _alike(desk, user, opened) if link.item.ref not in known))


def _alike(desk: Desk, user: User, opened: Opened) -> list[Link]:
    near = reports.c.received_at.between(opened.item.received_at - DAYS, opened.item.received_at + DAYS)
    items = {item.ref: item for item in _listed(desk, user, near, limit=POOL)}
    words = _words(desk, [*items, opened.item.ref])
    mine = words.pop(opened.item.ref, frozenset())
    rare = _rarity([mine, *words.values()])
    scores = Counter({ref: _likeness(mine, others, rare) for ref, others in words.items()})
    return [
        Link(items[ref], "much the same words") for ref, score in scores.most_common(SHOWN) if score >= ALIKE
    ]


def _listed(desk: Desk, user: User, where: sa.ColumnElement[bool], *, limit: int) -> tuple[Item, ...]:
    return inbox.items(desk, user, [where], limit=limit, by=newest())


def _words(desk: Desk, refs: list[str]) -> dict[str, frozenset[str]]:
    query = sa.select(parts.c.ref, parts.c.sealed).where(parts.c.ref.in_(refs), parts.c.number == 0)
    with desk.store.read() as sql:
        rows = sql.execute(query.where(parts.c.sealed.is_not(None))).all()
    return {
        ref: frozenset(_WORD.findall(desk.store.vault.readable(sealed, ref).lower())) for ref, sealed in rows
    }


def _rarity(texts: list[frozenset[str]]) -> dict[str, float]:
    """A word that few reports use says more about whether two tell of one thing."""
    uses = Counter(word for text in texts for word in text)
    return {word: log((1 + len(texts)) / many) for word, many in uses.items()}


def _likeness(one: frozenset[str], other: frozenset[str], weight: Mapping[str, float]) -> float:
    """The weight of the words that both use, as a share of all their words."""
    shared = one & other
    if len(shared) < SHARED:
        return 0.0
    return sum(weight[word] for word in shared) / sum(weight[word] for word in one | other)
