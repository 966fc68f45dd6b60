"""Blind reads, figures, the switch and labels, each as the person who needs it goes about it."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from service import labels, switches
from tests.pages.served import Served, decided, served, window

BIKE = "My bicycle was stolen from outside the library last week."
DAVE = "Dave Holroyd took my bicycle, ring me on 07700 900123."

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("full")) as full:
        decided(full, "B-1", BIKE, 3, closes=True)
        decided(full, "B-2", BIKE, 4, closes=True)
        decided(full, "B-3", DAVE, 2)
        decided(full, "B-4", "a man is waving a machete outside the shop", 1, by="hugo")
        decided(full, "B-5", BIKE, 4, by="sam")
        yield full


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("empty")) as empty:
        yield empty


@pytest.fixture
def sam(chrome: Browser, at: Served) -> Iterator[Page]:
    page = window(chrome, at, "sam")
    yield page
    page.context.close()


def test_a_blind_read_shows_nothing_of_the_first_answer(chrome: Browser, at: Served) -> None:
    page = window(chrome, at, "hugo")
    page.get_by_role("link", name="Blind reads").click()
    expect(page.get_by_text("2 wait for you")).to_be_visible()
    page.get_by_role("button", name="Read the next one").click()
    main = page.locator("main")
    expect(main.locator(".desk-text")).to_have_text(BIKE)
    expect(main.locator("mark, .grade")).to_have_count(0)
    expect(main.locator("input:checked")).to_have_count(0)
    for word in ("B-1", "hana", "Suggested"):
        expect(main).not_to_contain_text(word)
    page.get_by_role("button", name="Save and finish").click()
    expect(page.get_by_role("alert").filter(has_text="Choose a grade")).to_be_visible()
    page.locator("#grade-1").check()
    page.get_by_label("Team").select_option("serious_crime")
    page.get_by_role("button", name="Save and finish").click()
    expect(page.get_by_text("back in the queue")).to_be_visible()
    page.goto(f"{at.url}/")
    expect(page.locator("#row-B-1")).to_contain_text("1 Emergency")
    page.context.close()


def test_who_closed_a_report_cannot_read_it_blind(chrome: Browser, at: Served) -> None:
    page = window(chrome, at, "hana")
    page.goto(f"{at.url}/second-reads/2")
    expect(page.get_by_text("not for you to read blind")).to_be_visible()
    page.context.close()


def test_the_estimate_and_its_bounds_are_on_the_supervisors_page(sam: Page, at: Served) -> None:
    sam.goto(f"{at.url}/supervisor")
    row = sam.get_by_role("row", name=re.compile(r"^Grade 1 2 2 1 1 "))
    expect(row).to_be_visible()
    expect(sam.get_by_text("would have been graded 1 by a second reader")).to_be_visible()


def test_an_analyst_begins_at_the_figures_and_sees_no_report(chrome: Browser, at: Served) -> None:
    page = window(chrome, at, "ana")
    expect(page.get_by_role("heading", name="Figures")).to_be_visible()
    expect(page.locator("body")).not_to_contain_text("bicycle")
    for path in ("/reports/B-1", "/supervisor", "/labels", "/second-reads"):
        answer = page.goto(at.url + path)
        assert answer is not None
        assert answer.status == 403, path
        expect(page.get_by_role("heading", name="not for your role")).to_be_visible()
    page.context.close()


def test_figures_say_what_handlers_made_of_the_suggestions(sam: Page, at: Served) -> None:
    sam.goto(f"{at.url}/figures?days=7")
    expect(sam.locator("#answers")).to_contain_text("All")
    cells = sam.locator("#answers tbody tr").last.locator("th, td").all_inner_texts()
    assert cells[:6] == ["All", "5", "5", "2", "0", "3"]
    expect(sam.locator("#rules")).to_contain_text("R04-blade")
    expect(sam.locator("#reasons")).to_contain_text("3")


def test_every_picture_is_drawn_and_has_its_numbers_under_it(sam: Page, at: Served) -> None:
    sam.goto(f"{at.url}/figures")
    pictures = sam.locator("img.picture")
    expect(pictures).to_have_count(3)
    for one in pictures.all():
        assert one.evaluate("img => img.complete && img.naturalWidth > 100")
        assert "table below" in (one.get_attribute("alt") or "")
    sam.get_by_text("The numbers").click()
    expect(sam.locator("#reports tbody tr")).to_have_count(28)
    night = sam.request.get(f"{at.url}/figures/times.svg?by=night")
    assert "#111416" in night.text()
    assert sam.request.get(f"{at.url}/figures/none.svg").status == 404


def test_the_switch_takes_a_tick_and_says_who_turned_it(sam: Page, at: Served) -> None:
    sam.goto(f"{at.url}/supervisor")
    sam.get_by_role("button", name="Answer by the rules alone").click()
    expect(sam.get_by_role("alert").filter(has_text="Tick the box")).to_be_visible()
    assert not switches.rules_only(at.desk.store)
    sam.get_by_label("I know that every new report").check()
    sam.get_by_role("button", name="Answer by the rules alone").click()
    expect(sam.get_by_text("turned on by sam")).to_be_visible()
    assert switches.rules_only(at.desk.store)
    sam.goto(f"{at.url}/")
    expect(sam.get_by_text("A supervisor has switched the model off")).to_be_visible()
    switches.turn(at.desk.store, switches.RULES_ONLY, False, by="user:sue")
    expect(sam.get_by_text("A supervisor has switched the model off")).to_have_count(0, timeout=10_000)
    switches.turn(at.desk.store, switches.RULES_ONLY, True, by="user:sam")
    sam.goto(f"{at.url}/supervisor")
    sam.get_by_role("button", name="Ask the model again").click()
    expect(sam.get_by_text("turned off by sam")).to_be_visible()


def test_labels_are_read_mended_and_taken_as_a_file(sam: Page, at: Served, tmp_path: Path) -> None:
    sam.goto(f"{at.url}/labels")
    card = sam.locator(".row-card", has_text="B-3")
    text = card.get_by_role("textbox")
    assert "07700" not in text.input_value()
    text.fill("Someone took my bicycle.")
    card.get_by_role("button", name="Approve").click()
    expect(sam.get_by_text("It will be in the next file")).to_be_visible()
    sam.locator(".row-card", has_text="B-4").get_by_role("button", name="Withhold").click()
    with sam.expect_download() as download:
        sam.get_by_role("button", name=re.compile("^Download 1 approved row")).click()
    assert "Someone took my bicycle." in Path(download.value.path()).read_text()


def test_a_lowered_grade_asks_for_a_second_person(sam: Page, chrome: Browser, at: Served) -> None:
    sam.goto(f"{at.url}/labels")
    own = sam.locator(".row-card", has_text="B-5")
    expect(own.get_by_text("another person must read it")).to_be_visible()
    sue = window(chrome, at, "sue")
    sue.goto(f"{at.url}/labels")
    card = sue.locator(".row-card", has_text="B-5")
    card.get_by_role("button", name="Approve").click()
    expect(sue.get_by_role("alert").filter(has_text="agree with the lower grade")).to_be_visible()
    card.get_by_label("I agree that this is grade 4").check()
    card.get_by_role("button", name="Approve").click()
    expect(sue.locator(".row-card", has_text="B-5")).to_have_count(0)
    sue.context.close()


def test_labels_are_approved_without_javascript(chrome: Browser, at: Served) -> None:
    decided(at, "B-9", "someone sprayed paint on the bus stop", 2)
    page = window(chrome, at, "sue", java_script_enabled=False)
    page.goto(f"{at.url}/labels")
    page.locator(".row-card", has_text="B-9").get_by_role("button", name="Approve").click()
    assert "B-9" not in [one.ref for one in labels.candidates(at.desk)]
    page.context.close()


PAGES = ("/second-reads", "/figures?days=7", "/supervisor", "/labels")
LOOKS = {
    "desktop": {},
    # As wide as a desktop's window at 400%.
    "phone by night": {"viewport": {"width": 320, "height": 700}, "color_scheme": "dark"},
}


@pytest.mark.parametrize(
    ("state", "look"), [("full", "desktop"), ("full", "phone by night"), ("empty", "phone by night")]
)
def test_axe_finds_nothing_and_nothing_overflows(
    chrome: Browser, at: Served, bare: Served, state: str, look: str
) -> None:
    shown = at if state == "full" else bare
    page = window(chrome, shown, "sue", **LOOKS[look])
    broken: list[str] = []
    page.on("console", lambda message: broken.append(message.text) if message.type == "error" else None)
    for path in (*PAGES, *(["/second-reads/2"] if state == "full" else [])):
        page.goto(shown.url + path)
        found = Axe().run(page)
        assert found.violations_count == 0, (path, found.generate_report())
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), path
    assert broken == []
    page.context.close()
