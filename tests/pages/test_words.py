"""How pages say things: Europe/London through both changes of the clock, time left, characters nobody sees."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from service import verdicts
from service.pages import marking, words


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("utc", "shown"),
    [
        ("2026-01-15T03:12", "15 Jan, 03:12"),
        ("2026-07-15T02:12", "15 Jul, 03:12"),
        # Summer time begins on 29 March 2026 at 01:00 UTC: 01:30 does not exist.
        ("2026-03-29T00:59", "29 Mar, 00:59"),
        ("2026-03-29T01:00", "29 Mar, 02:00"),
        # It ends on 25 October 2026 at 01:00 UTC: 01:30 comes twice, and each says which it is.
        ("2026-10-25T00:30", "25 Oct, 01:30 BST"),
        ("2026-10-25T01:30", "25 Oct, 01:30 GMT"),
        ("2026-10-25T02:00", "25 Oct, 02:00"),
    ],
)
def test_times_are_shown_in_london(utc: str, shown: str) -> None:
    assert words.clock_time(at(utc)) == shown


@pytest.mark.parametrize("change", ["2026-03-29T00:55", "2026-10-25T00:55"])
def test_a_clock_of_fifteen_minutes_is_fifteen_minutes_over_a_change(change: str) -> None:
    received = at(change)
    assert words.left(received + 900, received) == "15 min"


@pytest.mark.parametrize(
    ("due", "shown"),
    [
        (59, "59 s"),
        (60, "1 min"),
        (7140, "119 min"),
        (7200, "2 h"),
        (172_800, "2 days"),
        (-1, "1 s over"),
        (-3600, "60 min over"),
    ],
)
def test_time_left_is_said_shortly(due: float, shown: str) -> None:
    assert words.left(1_000_000 + due, 1_000_000) == shown


def test_no_time_is_shown_as_none() -> None:
    assert words.clock_time(None) == ""


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("plain", []),
        ("a\u200bb", ["U+200B"]),
        ("\u202eevil\u202c", ["U+202E", "U+202C"]),
        ("x\u2066y\u2069", ["U+2066", "U+2069"]),
        ("\ufeff\x07\U000e0041", ["U+FEFF", "U+0007", "U+E0041"]),
        ("two\nlines\tand a tab", []),
        ("family 👨‍👩‍👧 stays one sign", []),
        ("a\u200db", ["U+200D"]),
    ],
)
def test_characters_that_nobody_sees_are_named_and_nothing_is_lost(text: str, names: list[str]) -> None:
    cut = marking.pieces(text)
    assert [code for _piece, code in cut if code] == names
    assert "".join(piece for piece, _code in cut) == text


def test_the_words_of_evidence_are_those_of_the_part_it_names() -> None:
    item = {"span": [2, 8], "part": 1}
    assert marking.words(item, ["no", "a  knife here"]) == "knife"
    assert marking.words({"span": None, "part": None}, ["x"]) == ""


def test_no_template_switches_escaping_off_or_runs_anything_inline() -> None:
    for path in Path(words.__file__).parents[1].joinpath("templates").rglob("*.html"):
        page = path.read_text()
        assert "|safe" not in page.replace(" ", ""), path
        assert " style=" not in page, path
        assert " onclick=" not in page, path
        assert "<script>" not in page, path


def test_what_the_model_says_of_a_word_names_it_once_as_it_was_written() -> None:
    item = {"span": [0, 4], "part": 0, "source": "model", "says": '"hes" points to emergency'}
    told = marking.quoted(item, ["HE'S not breathing"])
    assert (told["quote"], told["tail"]) == ("HE'S", "points to emergency")
    assert verdicts.told("model", '"hes" points to emergency', "HE'S") == "“HE'S” points to emergency"
    rule = marking.quoted(item | {"source": "rule:R04-blade", "says": "A blade"}, ["HE'S"])
    assert (rule["quote"], rule["tail"]) == ("HE'S", "")
    assert verdicts.told("rule:R04-blade", "A blade", "HE'S") == "A blade: “HE'S”"
    assert verdicts.told("model", "The wording points to it", "") == "The wording points to it"
