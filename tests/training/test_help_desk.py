"""A help desk with teams and grades of its own trains from the files it has, and each of its slips is named."""

import csv
import json
import shutil
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

import pandas as pd
import pytest
from click.testing import CliRunner, Result

from training import judge, registry
from training.commands import COMMANDS
from triage_model import rulefiles, rules, teams
from triage_model.errors import LabelError

TAXONOMY = """
grades:
  1: {name: outage, label: Outage}
  2: {name: blocked, label: Blocked}
  3: {name: hindered, label: Hindered}
  4: {name: wish, label: Wish}
default_team: accounts
teams:
  - {code: network, name: Network, remit: "Lines and switches"}
  - {code: accounts, name: Accounts, remit: "Who may sign in"}
  - {code: devices, name: Devices, remit: "What stands on desks"}
"""
RULE = """
- id: R01-line
  title: A line is dead
  why: Nobody behind it can work.
  floors: {now: 1}
  team: network
  heading: threat
  owner: Desk lead
  reviewed: 2026-11-25
  source: The desk
  phrases: ["line to"]
"""
KINDS = {
    ("network", "outage"): (
        "nobody on {} has any network since eight",
        "the line to {} is dead for all of us",
    ),
    ("network", "blocked"): ("the tunnel drops me whenever i join from {}", "no wireless in {} for me"),
    ("accounts", "blocked"): ("locked out of payroll again, sitting in {}", "my sign in from {} is refused"),
    ("accounts", "hindered"): ("please put me on the list of {}", "i can read but not change files of {}"),
    ("devices", "hindered"): ("the screen in {} flickers a bit", "paper jams in the printer of {} each noon"),
    ("devices", "wish"): ("a second mouse for {} would be nice", "could {} have a taller chair and a lamp"),
}
PLACES = [
    f"{wing} {floor}" for wing in ("east", "west", "annexe") for floor in ("one", "two", "three", "four")
]
# Which columns a desk's file has, and which questions its model can answer then: grade, team.
FILES = {
    "csv": (None, (True, True)),
    "jsonl": ("queue", (True, False)),
    "parquet": ("prio", (False, True)),
}
MAPPING = {"body": "text", "queue": "team", "prio": "grade", "ticket": "id"}
MAP = ("--map", "body=text", "--map", "queue=team", "--map", "prio=grade", "--map", "ticket=id")


def tickets() -> Iterator[dict[str, str]]:
    number = 0
    for (queue, prio), ways in KINDS.items():
        for way in ways:
            for place in PLACES:
                number += 1
                yield {"ticket": f"T{number}", "body": way.format(place), "queue": queue, "prio": prio}


@pytest.fixture(scope="module")
def taxonomy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("desk") / "desk.yaml"
    path.write_text(TAXONOMY, encoding="utf-8")
    return path


def write(path: Path, rows: list[dict[str, str]]) -> Path:
    if path.suffix == ".parquet":
        pd.DataFrame(rows).to_parquet(path, index=False)
    elif path.suffix == ".jsonl":
        path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    else:
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return path


def triage(*words: object) -> Result:
    command = next(one for one in COMMANDS if one.name == words[0])
    return CliRunner().invoke(command, [str(word) for word in words[1:]])


@pytest.fixture(scope="module")
def made(taxonomy: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, Path]]:
    """By the kind of file: the file, and the model learned from it."""
    found = {}
    for ending, (left_out, _) in FILES.items():
        home = tmp_path_factory.mktemp("made")
        rows = [{name: value for name, value in row.items() if name != left_out} for row in tickets()]
        source = write(home / f"tickets.{ending}", rows)
        done = triage("train", source, "--taxonomy", taxonomy, *MAP, "--models", home / "models")
        assert done.exit_code == 0, (done.output, done.exception)
        (folder,) = registry.model_folders(home / "models")
        found[ending] = source, folder
    return found


@pytest.mark.parametrize("ending", FILES)
def test_a_desk_trains_from_what_it_has(
    taxonomy: Path, made: dict[str, tuple[Path, Path]], ending: str
) -> None:
    (source, folder), (_, heads) = made[ending], FILES[ending]
    found = judge.outcomes([source], folder, "whole", MAPPING, taxonomy=taxonomy)
    assert {o.decision.team for o in found} <= set(teams.load(taxonomy).codes())
    right_team = sum(o.decision.team == o.row.team for o in found) / len(found)
    assert (right_team > 0.9) == heads[1]
    assert all((o.decision.p_emergency is not None) == heads[0] for o in found)


def test_a_desk_judges_compares_and_certifies(taxonomy: Path, made: dict[str, tuple[Path, Path]]) -> None:
    (source, whole), (_, without_teams) = made["csv"], made["jsonl"]
    own = ("--taxonomy", taxonomy, *MAP)
    judged = triage("evaluate", source, "--model", whole, *own)
    assert judged.exit_code == 0, (judged.output, judged.exception)
    compared = triage("compare", whole, without_teams, "--on", source, *own, "--all")
    assert compared.exit_code == 0, (compared.output, compared.exception)
    assert "team: network then accounts, label network: first right" in compared.output
    claimed = triage("certify", source, "--model", whole, *own)
    assert claimed.exit_code == 1, (claimed.output, claimed.exception)
    assert "of 24 missed" in claimed.output


def test_a_desk_labels_under_its_own_teams_and_grades(
    taxonomy: Path, made: dict[str, tuple[Path, Path]], tmp_path: Path
) -> None:
    source, folder = made["csv"]
    tasks = tmp_path / "tasks.json"
    done = triage("labels", "suggest", source, "-o", tasks, "--model", folder, "--taxonomy", taxonomy, *MAP)
    assert done.exit_code == 0, (done.output, done.exception)
    page = ET.fromstring(tasks.with_suffix(".xml").read_text())
    hints = [[one.get("hint") for one in choices] for choices in page.iter("Choices")]
    assert hints == [["outage", "blocked", "hindered", "wish"], ["Network", "Accounts", "Devices"]]


def test_a_desk_finds_its_wrong_labels(taxonomy: Path, tmp_path: Path) -> None:
    pytest.importorskip("cleanlab")
    rows = list(tickets())
    rows[0]["queue"] = "devices"
    source = write(tmp_path / "tickets.csv", rows)
    done = triage("labels", "errors", source, "--taxonomy", taxonomy, *MAP)
    assert done.exit_code == 0, (done.output, done.exception)
    assert "devices              perhaps network" in done.output


def test_a_desk_sees_whether_its_readers_agree(taxonomy: Path, tmp_path: Path) -> None:
    read = [{"by": who, "grade": "outage", "team": "network"} for who in ("ann", "bob")]
    other = [{"by": who, "grade": "wish", "team": "devices"} for who in ("ann", "bob")]
    rows = [
        {"id": f"a{n}", "text": "x", "team": "network", "annotators": read if n % 2 else other}
        for n in range(20)
    ]
    source = tmp_path / "read.jsonl"
    source.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    done = triage("labels", "agreement", source, "--taxonomy", taxonomy)
    assert done.exit_code == 0, (done.output, done.exception)


def test_the_rules_of_others_stand_on_no_desk_of_another_kind(taxonomy: Path, tmp_path: Path) -> None:
    knife = [{"id": "k", "text": "a man with a knife is in the server room now", "team": "network"}]
    (outcome,) = judge.outcomes([write(tmp_path / "k.jsonl", knife)], None, "rules", {}, taxonomy=taxonomy)
    assert outcome.decision.team == "accounts"
    assert outcome.decision.rulebook_id == "r-none"


@pytest.fixture(scope="module")
def rulebook(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One rule of the desk's own; what helps to read, such as denials, is what ships."""
    book = tmp_path_factory.mktemp("rules") / "book"
    book.mkdir()
    for name in (*rulefiles.SHARED, *rulefiles.WORD_LISTS):
        shutil.copy(rules.DEFAULT / name, book / name)
    (book / "outages.yaml").write_text(RULE, encoding="utf-8")
    return book


def test_a_desk_tries_rules_of_its_own(
    taxonomy: Path, rulebook: Path, made: dict[str, tuple[Path, Path]], tmp_path: Path
) -> None:
    source, folder = made["csv"]
    own = ("--on", source, "--taxonomy", taxonomy, *MAP)
    covered = triage("rules", "coverage", "--rules", rulebook, *own)
    assert covered.exit_code == 0, (covered.output, covered.exception)
    assert "0.500" in next(line for line in covered.output.splitlines() if "recall of grade 1" in line)
    page = tmp_path / "page.html"
    tried = triage("rules", "backtest", rulebook, "--model", folder, "--html", page, *own)
    assert tried.exit_code == 1, (tried.output, tried.exception)
    assert "12 raised, 0 lowered" in tried.output
    assert "must-catch rows: 0 tried" in tried.output


def test_a_desk_lets_its_model_answer(taxonomy: Path, made: dict[str, tuple[Path, Path]]) -> None:
    """The reports that our own policy says must be caught are the police's, not this desk's."""
    _, folder = made["csv"]
    at = ("--models", folder.parent, "--by", "ann", "--taxonomy", taxonomy)
    done = triage("promote", folder.name, *at)
    assert done.exit_code == 0, (done.output, done.exception)
    assert registry.current(folder.parent) == folder


def test_every_slip_of_a_desk_is_named_at_once(taxonomy: Path, tmp_path: Path) -> None:
    rows = list(tickets())[:8]
    rows[0]["prio"], rows[2]["queue"] = "P9", "plumbing"
    rows[4].update(prio="", queue="")
    rows[6]["ticket"] = rows[5]["ticket"]
    source = write(tmp_path / "bad.csv", rows)
    with source.open("a", encoding="utf-8") as file:
        file.write("one,two\n")
    for command in (("train",), ("labels", "check")):
        done = triage(*command, source, "--taxonomy", taxonomy, *MAP)
        assert isinstance(done.exception, LabelError)
        told = "\n".join(done.exception.problems)
        assert [f":{line}: " in told for line in (2, 4, 6, 8, 10)] == [True] * 5
        assert len(done.exception.problems) == 5
        assert all(
            word in told
            for word in (
                "outage, blocked, hindered, wish",
                "network, accounts, devices",
                "has neither",
                "fewer cells",
                "its own",
            )
        )
        assert not any(row["body"] in told for row in rows)


def test_a_clean_file_of_a_desk_passes_the_check(taxonomy: Path, tmp_path: Path) -> None:
    done = triage("labels", "check", write(tmp_path / "t.csv", list(tickets())), "--taxonomy", taxonomy, *MAP)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "is one of" not in done.output
