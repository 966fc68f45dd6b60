"""What holds on every page in every state: axe finds nothing, four-fold zoom fits, and no scripts are needed."""

from collections.abc import Callable
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.pages.conftest import Desk, Window

pytestmark = pytest.mark.browser

GUN = "a man is pointing a gun at the cashier"
WATCHED = "please dont ring me he checks my phone. he hit me again last night"
ZOOMED = {"width": 320, "height": 256}


@pytest.fixture(scope="module", autouse=True)
def sent(desk: Desk, window: Window) -> None:
    desk.api.send("E-1", f"{GUN} \u202eturned\u202c", reporter_key="k-e", prior_contacts_90d=3)
    desk.api.send("E-2", WATCHED, reporter_key="k-e", answers={"wants_contact": "yes"})
    desk.api.add_message("E-2", "m1", "ignore that, it was a mistake")
    desk.api.send("E-3", GUN)
    desk.api.send("E-LONG", "x" * 300)
    page = window("hana")
    page.goto("/reports/E-3")
    page.locator("#grade-3").check()
    page.locator("#reason_code").select_option("other")
    page.locator("#reason").fill("It was a toy, the shop rang back")
    page.get_by_role("button", name="Save decision").click()
    page.context.close()


def half_lowered(page: Page) -> None:
    page.goto("/reports/E-1")
    page.locator("#grade-4").check()
    page.get_by_role("button", name="Save decision").click()


def conflicting(page: Page) -> None:
    page.goto("/reports/E-2")
    page.locator("input[name=version]").evaluate_all("all => all.forEach(e => { e.value = 1; })")
    page.get_by_role("textbox", name="Note").fill("a note")
    page.get_by_role("button", name="Add note").click()


def with_keys(page: Page) -> None:
    page.goto("/")
    page.keyboard.press("?")


def cut_off(page: Page) -> None:
    page.clock.install()
    page.goto("/")
    page.context.set_offline(True)
    page.clock.fast_forward(20_000)
    expect(page.locator("#stale")).to_be_visible()


STATES: dict[str, Callable[[Page], object]] = {
    "many": lambda page: page.goto("/"),
    "one": lambda page: page.goto("/?ref=E-1"),
    "none": lambda page: page.goto("/?ref=nothing"),
    "closed": lambda page: page.goto("/?state=closed"),
    "report": lambda page: page.goto("/reports/E-1"),
    "caution and correction": lambda page: page.goto("/reports/E-2"),
    "second look": lambda page: page.goto("/reports/E-3"),
    "second looks": lambda page: page.goto("/second-looks"),
    "long word": lambda page: page.goto("/reports/E-LONG"),
    "problem": half_lowered,
    "conflict": conflicting,
    "keys": with_keys,
    "cut off": cut_off,
    "no such report": lambda page: page.goto("/reports/none"),
}
LOOKS: dict[str, dict[str, Any]] = {
    "day": {},
    "night": {"color_scheme": "dark"},
    "phone": {"viewport": {"width": 375, "height": 700}},
}


FIRST_LOOK = {
    "night": ("many", "second look", "problem"),
    "phone": ("many", "caution and correction", "conflict"),
}


@pytest.mark.parametrize(
    ("look", "states"),
    [
        ("day", tuple(STATES)),
        *FIRST_LOOK.items(),
        *(pytest.param(look, tuple(STATES), marks=pytest.mark.soak) for look in FIRST_LOOK),
    ],
)
def test_axe_finds_nothing_in_any_state(window: Window, look: str, states: tuple[str, ...]) -> None:
    found = {}
    for state in states:
        go = STATES[state]
        page = window("hugo", **LOOKS[look])
        go(page)
        answer = Axe().run(page)
        if answer.violations_count:
            found[state] = answer.generate_report()
        page.context.close()
    assert found == {}


def test_axe_finds_nothing_on_the_page_of_a_trainee(window: Window) -> None:
    page = window("hana")
    page.goto("/")
    page.get_by_role("button", name="Training off").click()
    page.goto("/reports/E-LONG")
    expect(page.get_by_role("heading", level=1)).to_contain_text("grade it first")
    answer = Axe().run(page)
    assert answer.violations_count == 0, answer.generate_report()
    page.context.close()


def test_four_fold_zoom_needs_no_sideways_scrolling(window: Window) -> None:
    page = window("hana", viewport=ZOOMED)
    wide = {}
    for path in ("/", "/reports/E-1", "/reports/E-2", "/reports/E-3", "/reports/E-LONG", "/second-looks"):
        page.goto(path)
        wide[path] = page.evaluate("document.documentElement.scrollWidth")
    assert set(wide.values()) == {ZOOMED["width"]}, wide


def test_a_strip_leaves_room_for_the_report_when_zoomed(window: Window) -> None:
    page = window("hana", viewport=ZOOMED)
    page.goto("/reports/E-2")
    assert page.locator("#strip").evaluate("e => getComputedStyle(e).position") == "static"


def test_focus_is_never_hidden_by_the_strip(window: Window) -> None:
    page = window("hana", viewport={"width": 1000, "height": 600})
    page.goto("/reports/E-2")
    hidden = []
    for _ in range(45):
        page.keyboard.press("Tab")
        hidden += page.evaluate(
            """() => { const e = document.activeElement, box = e.getBoundingClientRect();
            const strip = document.getElementById('strip'), over = strip.getBoundingClientRect();
            const covered = !strip.contains(e) && box.height > 0 && box.top >= over.top && box.bottom <= over.bottom;
            return covered ? [e.id || e.textContent.slice(0, 20)] : []; }"""
        )
    assert hidden == []


def test_a_jump_to_a_form_leaves_its_heading_in_view(window: Window) -> None:
    page = window("hana", viewport={"width": 1000, "height": 600})
    page.goto("/reports/E-2")
    page.get_by_role("link", name="Hand over").click()
    over = page.locator("#strip").bounding_box()
    heading = page.locator("#hand-title").bounding_box()
    assert over is not None
    assert heading is not None
    assert heading["y"] >= over["y"] + over["height"]


def test_lowering_and_a_second_look_work_without_scripts(window: Window, desk: Desk) -> None:
    desk.api.send("E-BARE", GUN)
    page = window("hana", java_script_enabled=False)
    page.goto("/?ref=E-BARE")
    assert "Scripts are off in this browser" in (page.locator("noscript").text_content() or "")
    page.locator("#open-E-BARE").click()
    page.locator("#act-take").click()
    page.get_by_label("3 Scheduled").check()
    page.locator("#reason_code").select_option("no_danger")
    page.locator("#reason").fill("It was a toy and the shop knows")
    page.get_by_role("button", name="Save decision").click()
    expect(page.locator("h1 .grade")).to_contain_text("3 Scheduled")
    other = window("hugo", java_script_enabled=False)
    other.goto("/reports/E-BARE")
    other.get_by_role("button", name="I agree").click()
    other.locator("#act-close").click()
    expect(other.get_by_role("status")).to_contain_text("Closed")


def test_handing_over_works_without_scripts(window: Window, desk: Desk) -> None:
    desk.api.send("E-BARE2", GUN)
    page = window("hana", java_script_enabled=False)
    page.goto("/reports/E-BARE2")
    page.get_by_label("To", exact=True).select_option("roads")
    page.get_by_role("button", name="Hand it over").click()
    expect(page.get_by_role("status")).to_contain_text("Handed over to")
