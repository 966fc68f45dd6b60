"""Keys alone, from signing in to closing, and one always sees where one is."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from service import desk as desks
from service import inbox
from service.cases import Sent
from tests.pages.conftest import PASSWORD, press
from tests.pages.served import Served, decided, served

GUN = "a man is pointing a gun at the cashier"
BIKE = "My bicycle was stolen from outside the library last week."
# A ring, a shadow or the colour of focus, on the thing itself or on what is drawn in its place.
FOCUS_IS_SEEN = """() => {
  const e = document.activeElement, box = e.getBoundingClientRect();
  const drawn = e.matches("[type=radio], [type=checkbox]") && e.labels.length
    ? getComputedStyle(e.labels[0], "::before") : getComputedStyle(e);
  const ring = drawn.outlineStyle !== "none" && parseFloat(drawn.outlineWidth) > 0
    && !/transparent|rgba\\(.*, 0\\)/.test(drawn.outlineColor);
  const told = ring || drawn.boxShadow !== "none" || drawn.backgroundColor === "rgb(255, 221, 0)";
  return e !== document.body && told && box.bottom > 0 && box.top < innerHeight ? "" : e.outerHTML.slice(0, 120);
}"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def at(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("keys")) as shown:
        for ref, text in (("K-1", BIKE), ("K-2", GUN)):
            desks.receive(shown.desk, ref, Sent(text, {}), by="key:1")
        decided(shown, "K-3", BIKE, 3, closes=True)
        yield shown


@pytest.fixture
def page(chrome: Browser, at: Served) -> Iterator[Page]:
    context = chrome.new_context(base_url=at.url, viewport={"width": 1200, "height": 800})
    yield context.new_page()
    context.close()


def sees_focus(page: Page) -> None:
    assert page.evaluate(FOCUS_IS_SEEN) == ""


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Tab until there, seeing where one is at every stop."""
    for _ in range(most):
        page.keyboard.press("Tab")
        sees_focus(page)
        if page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
            return
    raise AssertionError(f"Tab never came to {selector}")


def sign_in(page: Page, name: str) -> None:
    page.goto("/sign-in")
    tab_to(page, "#username")
    page.keyboard.type(name)
    tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(f"^{name}, "))).to_be_visible()


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(words)


def test_keys_alone_take_change_note_and_close_the_most_urgent_report(page: Page, at: Served) -> None:
    sign_in(page, "hana")
    press(page, "j")
    expect(page.locator("#open-K-2")).to_be_focused()
    sees_focus(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/K-2")
    press(page, "t")
    said(page, "You have taken it")
    press(page, "e")
    expect(page.locator("#grade-1")).to_be_focused()
    sees_focus(page)
    tab_to(page, "#team")
    page.keyboard.type("Serious")
    tab_to(page, "#decide button[type=submit]")
    page.keyboard.press("Enter")
    said(page, "Decided: grade 1")
    press(page, "n")
    expect(page.locator("#note")).to_be_focused()
    sees_focus(page)
    page.keyboard.type("3 officers are there")
    tab_to(page, "button", most=1)
    page.keyboard.press("Enter")
    said(page, "The note is kept")
    press(page, "c")
    said(page, "Closed")
    stands = inbox.look(at.desk, at.people["sam"], "K-2")
    assert (stands.item.state, stands.item.grade, stands.item.team) == ("closed", 1, "serious_crime")
    assert "3 officers are there" in [act.words for act in stands.acts]


def test_tab_enter_and_space_go_through_a_blind_read(page: Page, at: Served) -> None:
    sign_in(page, "hugo")
    tab_to(page, "a[href='/second-reads']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-reads")
    tab_to(page, "main a.govuk-button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/second-reads/*")
    tab_to(page, "#grade-1")
    page.keyboard.press("ArrowDown")
    sees_focus(page)
    tab_to(page, "#team")
    page.keyboard.type("Volume")
    tab_to(page, "main button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("back in the queue")).to_be_visible()
    assert inbox.look(at.desk, at.people["sam"], "K-3").item.grade == 2


def test_tab_and_enter_review_a_label_and_take_the_file(page: Page, at: Served) -> None:
    decided(at, "K-4", BIKE, 2)
    sign_in(page, "sam")
    tab_to(page, "a[href='/labels']")
    page.keyboard.press("Enter")
    page.wait_for_url("**/labels")
    tab_to(page, "button[value=approved]")
    page.keyboard.press("Enter")
    expect(page.get_by_text("It will be in the next file")).to_be_visible()
    tab_to(page, "form[action$='/file'] button")
    with page.expect_download():
        page.keyboard.press("Enter")
