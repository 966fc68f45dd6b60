"""A declared space is searched on cores or on a cluster with the same winner, and every trial is on record."""

import csv
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from training import candidates, comparison, configs, fit, run_folders, search, space, train, trials
from training.fit import Config, Part
from training.labels import LabelRow
from training.search import Search
from training.space import Space
from training.train import Request
from triage_model.errors import LabelError, SettingsError
from triage_model.features import Spec

# Without words and without meanings a model is blind; with either it sees.
SMALL = Space(
    {"features.weights": [[0.0, 0.0], [1.0, 1.0]], "features.meaning": [False, True]},
    {"grade 1, AUC": 1.0, "team": 1.0},
)


@pytest.fixture(scope="module")
def parts(learning: list[LabelRow], unseen: list[LabelRow]) -> tuple[Part, Part]:
    return fit.part(learning), fit.part(unseen)


@pytest.fixture(
    scope="module", params=[False, pytest.param(True, marks=pytest.mark.soak)], ids=["threads", "processes"]
)
def cluster(request: pytest.FixtureRequest) -> Iterator[tuple[str, int]]:
    """Two workers behind a scheduler, and in how many processes they are. In threads of this process they start at once; rows and trials reach
    them over the same wire, by the same scheduler."""
    distributed = pytest.importorskip("distributed")
    with distributed.LocalCluster(
        n_workers=2,
        threads_per_worker=1,
        processes=request.param,
        protocol="tcp",
        dashboard_address=None,
        host="127.0.0.1",
        silence_logs=50,
    ) as made:
        yield made.scheduler_address, 2 if request.param else 1


def found(asked: Search, parts: tuple[Part, Part], folder: Path) -> tuple[Config, list[dict[str, str]]]:
    lines: list[str] = []
    best = search.best(asked, Config(), *parts, say=lines.append, table=folder / search.TABLE)
    with (folder / search.TABLE).open(newline="") as file:
        return best, list(csv.DictReader(file))


def test_two_workers_find_what_this_machine_finds(
    parts: tuple[Part, Part], cluster: tuple[str, int], tmp_path: Path
) -> None:
    here, tried = found(Search(SMALL, jobs=2), parts, tmp_path)
    there, sent = found(Search(SMALL, scheduler=cluster[0]), parts, tmp_path)
    assert here == there
    timeless = [
        [{k: v for k, v in trial.items() if k not in ("seconds", "worker")} for trial in table]
        for table in (tried, sent)
    ]
    assert timeless[0] == timeless[1]
    assert len(tried) == 4
    assert len({trial["worker"] for trial in sent}) == cluster[1]
    scores = [float(trial["score"]) for trial in tried]
    assert max(scores) > min(scores)
    assert scores[0] == min(scores)
    assert here.spec.weights != (0.0, 0.0)


def test_nothing_answering_at_the_scheduler_is_said(parts: tuple[Part, Part]) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(SettingsError, match="nothing answers there"):
        list(trials.on_cluster("tcp://127.0.0.1:1", [], (parts,)))


def test_folds_keep_incidents_whole(parts: tuple[Part, Part]) -> None:
    folded = search.divided(Space(SMALL.choices, SMALL.weights, folds=3), *parts)
    assert len(folded) == 3
    for learning, held in folded:
        assert not {row.incident for row in learning.rows} & {row.incident for row in held.rows}
    assert sum(len(held.rows) for _, held in folded) == len(parts[0].rows)
    assert search.divided(SMALL, *parts) == (parts,)


def test_a_run_trains_with_what_won(train_file: Path, dev_file: Path, tmp_path: Path) -> None:
    asked = Search(SMALL, jobs=1)
    request = Request((train_file,), dev_file, None, tmp_path / "models", Config(), {}, search=asked)
    made = train.run(request, lambda _: None)
    (folder,) = (tmp_path / "runs").iterdir()
    kept = configs.load(folder / run_folders.CONFIG)
    assert tuple(made.facts["config"]["spec"]["weights"]) == kept.spec.weights == (1.0, 1.0)
    assert len((folder / search.TABLE).read_text().splitlines()) == 5


def test_the_same_combinations_are_drawn_each_time() -> None:
    ours = space.load()
    assert ours.drawn() == ours.drawn()
    assert len(ours.drawn()) == ours.trials < ours.size()
    assert len({str(one) for one in ours.drawn()}) == ours.trials
    assert len(SMALL.drawn()) == SMALL.size() == 4


def test_every_problem_of_a_space_is_named(tmp_path: Path) -> None:
    path = tmp_path / "space.yaml"
    path.write_text(
        "trials: 0\nmore: 1\nweights: {speed: 1}\nchoices:\n  heads.colour: [1]\n  heads.team_c: 5\n"
    )
    with pytest.raises(LabelError) as error:
        space.load(path)
    told = "\n".join(error.value.problems)
    assert len(error.value.problems) == 5
    assert all(
        word in told for word in ("space.yaml:1", "`more`", "`speed`", "`heads.colour`", "a list of values")
    )


def test_a_trial_judges_as_the_classifier_answers(learning: list[LabelRow], unseen: list[LabelRow]) -> None:
    """Once a trial scored the whole of a text alone, so that a search over `passages` could find nothing."""
    idle = "how do i ask about parking near the church who do i write to please. kids leave rubbish. " * 9
    texts = {1: idle * 3 + "{}. " + idle, 2: "{} now he is hitting", 3: "{} a man now", 4: "{} shouting now"}
    hard = [replace(row, text=texts[int(row.grade or 4)].format(row.text)) for row in unseen]
    learned, asked = fit.part(learning), fit.part(hard)
    whole, both = (Config(spec=Spec(passages=share)) for share in (0.0, 0.5))
    found = [trials.tried(((learned, asked),), 0, config).figures for config in (whole, both)]
    assert found[0][comparison.AUC] != found[1][comparison.AUC]
    line = comparison.table(learned, asked, {"both": candidates.linear(both.spec)})[0]
    assert found[1][comparison.AUC] == line.emergency
    assert found[1][comparison.TWO_TEAMS] == line.two_teams
