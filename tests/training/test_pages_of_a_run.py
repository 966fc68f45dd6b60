"""The report of a run, opened in a real Chromium: nothing asked of another address, nothing for axe to find."""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from training import report, train
from training.fit import Config
from training.train import Request

SAMPLES = Path("data/samples")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run on some of the samples, enough for every part of its report to have something in it."""
    home = tmp_path_factory.mktemp("run")
    parts = (_some("train.jsonl", 350, home), _some("dev.jsonl", 160, home))
    request = Request((parts[0],), parts[1], None, home / "models", Config(), {})
    made = train.run(request, say=lambda _: None)
    return home / "models" / made.classifier.model_id


@pytest.fixture(scope="module")
def page(folder: Path, chrome: Browser) -> Iterator[Page]:
    shown = chrome.new_page(viewport={"width": 1000, "height": 900})
    shown.goto((folder / report.REPORT).as_uri())
    yield shown
    shown.close()


def test_the_report_asks_nothing_of_another_address(folder: Path, page: Page) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.reload()
    assert asked == [(folder / report.REPORT).as_uri()]


def test_axe_finds_nothing_in_the_report(page: Page) -> None:
    found = Axe().run(page).response["violations"]
    assert [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in found] == []


def test_every_part_of_the_report_has_something_in_it(page: Page) -> None:
    text = page.inner_text("main")
    for part in ("it misses", "What it costs", "Kinds of report", "Changes that should not matter"):
        assert part in text
    assert page.locator("svg").count() >= 2
    worst = page.locator("table", has_text="Graded furthest below").locator("tbody tr")
    assert worst.count() > 0
    assert "train-" not in worst.first.inner_text().split("\t")[0]
    assert len(worst.first.locator("td").last.inner_text().split(",")) >= 3


def test_the_report_is_read_on_a_phone_without_scrolling_sideways(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 780})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360


def _some(name: str, count: int, home: Path) -> Path:
    file = home / name
    with (SAMPLES / name).open(encoding="utf-8") as lines:
        file.write_text("".join(islice(lines, count)), encoding="utf-8")
    return file
