"""The round trip: what handlers decide today is what the model of tomorrow has learned from."""

import json
import os
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import Desk, add, signed_in
from tests.service.server import Running, running, secret_for
from triage_model.cli import triage

SAMPLES = Path("data/samples")
LEARNED, COMING = slice(0, 120), slice(120, 160)
PEOPLE = {"hana": "handler", "hugo": "handler", "sam": "supervisor"}

pytestmark = pytest.mark.browser
Row = dict[str, str]


def command(*words: object) -> str:
    """A command of ours, as an operator gives it; it must succeed."""
    done = CliRunner().invoke(triage, [str(word) for word in words])
    assert done.exit_code == 0, done.output
    return done.output


def rows(name: str, which: slice) -> list[Row]:
    """Short ones, which are quick to learn from; complaints about police are not for every handler."""
    found: list[Row] = [json.loads(line) for line in (SAMPLES / name).read_text().splitlines()]
    plain = (row for row in found if row["team"] != "professional_standards" and len(row["text"]) < 160)
    return list(plain)[which]


def written(path: Path, some: list[Row]) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in some))
    return path


def trained(models: Path, *sources: Path, dev: Path) -> str:
    """The id of a new model."""
    said = command("train", *sources, "--dev", dev, "--models", models)
    return re.findall(r"\bm-[0-9a-f]{12}\b", said)[-1]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[tuple[Desk, Running, str]]:
    """A service whose model learned from a part of the samples, and that model's id."""
    corpus, dev = written(tmp_path / "corpus.jsonl", rows("train.jsonl", LEARNED)), tmp_path / "dev.jsonl"
    written(dev, rows("dev.jsonl", slice(0, 40)))
    models = tmp_path / "models"
    first = trained(models, corpus, dev=dev)
    command("promote", first, "--by", "sam", "--models", models)
    address = f"sqlite:///{tmp_path}/triage.db"
    secret = secret_for(address)
    for username, role in PEOPLE.items():
        add(address, username, role)
    given = {"pages": "true", "secure_cookies": "false", "secret_key": "tests only", "workers": "1"}
    with running(
        address, tmp_path, secret, **given, model=str(models / "current"), deadline_ms="20000"
    ) as service:
        yield Desk(service.client.url, service.client, address), service, first


def hurried(chrome: Browser, desk: Desk, username: str) -> Page:
    """A window that brings no styles or scripts: forty reports take a while."""
    page = chrome.new_context(java_script_enabled=False).new_page()
    page.route("**/static/**", lambda route: route.abort())
    return signed_in(page, desk, username)


def decide(page: Page, desk: Desk, ref: str, row: Row) -> None:
    """Decide as the label says, with a reason where the grade goes down."""
    page.goto(f"{desk.url}/reports/{ref}")
    form = page.locator("form", has=page.get_by_role("button", name="Save decision"))
    shown = form.locator("input[name=grade]:checked").input_value()
    form.locator(f"#grade-{row['grade']}").check()
    form.locator("#team").select_option(row["team"])
    if int(row["grade"]) > int(shown):
        form.locator("#reason_code").select_option("other")
        form.locator("#reason").fill("It is over and nobody is exposed")
    form.get_by_role("button", name="Save decision").click()
    expect(page.get_by_role("alert")).to_have_count(0)


def approve_all(page: Page, desk: Desk, file: Path) -> None:
    """Read every row, agree to what was lowered, and take the file."""
    page.goto(f"{desk.url}/labels")
    while page.locator(".row-card").count():
        card = page.locator(".row-card").first
        for box in card.get_by_role("checkbox").all():
            box.check()
        card.get_by_role("button", name="Approve").click()
        expect(page.get_by_text("It will be in the next file")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("button", name="Download").click()
    download.value.save_as(file)


def test_handlers_answers_become_the_next_model(
    desk: tuple[Desk, Running, str], chrome: Browser, tmp_path: Path
) -> None:
    at, service, first = desk
    coming = {f"R-{number:02}": row for number, row in enumerate(rows("train.jsonl", COMING))}
    for ref, row in coming.items():
        assert at.api.send(ref, row["text"])["model_id"] == first

    handlers = [hurried(chrome, at, name) for name in ("hana", "hugo")]
    for number, (ref, row) in enumerate(coming.items()):
        decide(handlers[number % 2], at, ref, row)

    supervisor, file = hurried(chrome, at, "sam"), tmp_path / "labels.jsonl"
    approve_all(supervisor, at, file)
    taken = [json.loads(line) for line in file.read_text().splitlines()]
    given = {label["id"]: (label["grade"], label["team"]) for label in taken}
    assert given == {ref: (row["grade"], row["team"]) for ref, row in coming.items()}

    models, dev = tmp_path / "models", tmp_path / "dev.jsonl"
    second = trained(models, tmp_path / "corpus.jsonl", file, dev=dev)
    assert second != first
    said = command("compare", models / first, models / second, "--on", dev)
    assert re.search(r"[1-9]\d* rows change (grade|team)", said), said
    command("promote", second, "--by", "sam", "--models", models)

    os.kill(service.process.pid, signal.SIGHUP)
    ref = next_by(second, at)
    supervisor.goto(f"{at.url}/reports/{ref}")
    expect(supervisor.get_by_text(f"Model {second}")).to_be_visible()
    supervisor.goto(f"{at.url}/figures")
    for model in (first, second):
        expect(supervisor.get_by_role("row", name=re.compile(f"^{model} ")).first).to_be_visible()
    for page in (*handlers, supervisor):
        page.context.close()


def next_by(model: str, at: Desk) -> str:
    """The next report that a model decided, once the new worker is there."""
    until = time.monotonic() + 60
    for number in range(200):
        ref = f"N-{number}"
        if at.api.send(ref, "there are kids throwing stones at the bus")["model_id"] == model:
            return ref
        assert time.monotonic() < until
        time.sleep(0.3)
    raise AssertionError("the new model never answered")
