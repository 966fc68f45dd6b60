"""The cheap look before a phrase is tried never leaves out one that stands in the text."""

from hypothesis import given, settings
from hypothesis import strategies as st

from triage_model import loading
from triage_model.phrases import Match, Phrase, _Half
from triage_model.reading import Reading

BOOK = loading.rulebook(examples=True)
PHRASES = [phrase for rule in BOOK.rules for phrase in (*rule.phrases, *rule.unless)]
TEXTS = [example.text for rule in BOOK.rules for example in rule.examples]


def tried(half: _Half, reading: Reading) -> bool:
    """Whether a half stands anywhere, its expression tried at every word."""
    return any(half.expression.match(reading.line.text, place) for place in reading.line.places)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(TEXTS), st.sampled_from(TEXTS), st.data())
def test_the_first_look_leaves_out_no_match(one: str, other: str, data: st.DataObject) -> None:
    (reading,) = BOOK.readings([f"{one} {other}"])
    for phrase in data.draw(st.lists(st.sampled_from(PHRASES), min_size=40, max_size=40)):
        for half in phrase.halves:
            assert bool(half.find(reading.index, reading.line)) == tried(half, reading), phrase.text


def test_the_slow_path_does_find_something() -> None:
    """Were nothing found by either path, their agreement would prove nothing."""
    found: list[tuple[Phrase, Match]] = []
    for reading in BOOK.readings(TEXTS[:20]):
        found += [(phrase, match) for phrase in PHRASES for match in phrase.find(reading)]
    assert len(found) > 20
