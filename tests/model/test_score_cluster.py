"""A Dask cluster decides as one process does, and a worker killed half-way costs time alone."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from distributed import Client, LocalCluster

from tests.model.test_score import REPORTS, run, told
from training import fit, labels
from triage_model import artefact, classifier, triage
from triage_model.scoring import cluster, forms, rows
from triage_model.scoring.rows import Chunk
from triage_model.triage import Triage


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    part = fit.part(
        [
            labels.LabelRow(id=f"{grade}-{n}", text=f"{text} {n}", grade=labels.Grade(grade), team=team, incident=f"{grade}-{n}")
            for grade, team, text in ((1, "serious_crime", "a knife now"), (2, "domestic_abuse", "my ex came"),
                                      (3, "neighbourhood", "kids gather"), (4, "contact_desk", "how do i"))
            for n in range(6)
        ]
    )  # fmt: skip
    folder = tmp_path_factory.mktemp("cluster") / "model"
    artefact.save(folder, classifier.content_of(fit.fit(part, part, [4] * len(part.rows), fit.Config())), {})
    return folder


@pytest.fixture
def partitions(tmp_path: Path) -> Path:
    folder = tmp_path / "parts"
    folder.mkdir()
    for number in range(3):
        lines = [json.dumps(report) for report in REPORTS[number * 20 : number * 20 + 20]]
        (folder / f"{number}.jsonl").write_text("\n".join(lines))
    return folder


def alone(desk: Triage, folder: Path) -> bytes:
    return b"".join(forms.scored(desk, one.rows, "jsonl") for one in rows.chunks(rows.files(str(folder)), 4))


def test_a_cluster_decides_bit_for_bit_as_one_process(model: Path, partitions: Path) -> None:
    desk = triage.load(model)
    with LocalCluster(
        2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None, silence_logs=50
    ) as local:

        def deadly() -> Iterator[Chunk]:
            for number, chunk in enumerate(rows.chunks(rows.files(str(partitions)), 4)):
                if number == 5:
                    with Client(local, set_as_default=False) as client:
                        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
                yield chunk

        with cluster.over(local.scheduler_address, desk, model, "jsonl") as decide:
            written = b"".join(some for _, some in decide(deadly()))
    assert written == alone(desk, partitions)


def test_the_command_starts_a_cluster_of_its_own(partitions: Path, tmp_path: Path) -> None:
    run(partitions, "-o", tmp_path / "out.jsonl", "--scheduler", "local:1", "--chunk", 20)
    assert [one["id"] for one in told(tmp_path / "out.jsonl")] == [one["id"] for one in REPORTS]


def test_without_dask_the_extra_is_named(partitions: Path) -> None:
    script = (
        "import sys; sys.modules['distributed'] = None; from triage_model.cli import main\n"
        f"sys.argv = ['triage', 'score', {str(partitions)!r}, '--rules-only', '--scheduler', 'local:1']; main()"
    )
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    assert answer.returncode == 1
    assert "scale" in answer.stderr


@pytest.mark.parametrize("address", ["local:", "local:two", "local:0"])
def test_a_wrong_local_cluster_is_refused(partitions: Path, address: str) -> None:
    assert "local:2" in str(run(partitions, "--scheduler", address, succeeds=False).exception)
