"""The pages in a real browser: signing in, the queue, one report, a decision, and what must never run."""

from collections.abc import Callable

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.pages.conftest import Desk, signed_in

MACHETE = "theres a lad outside the shop on Narborough Road waving a machete about, people running"
MOWER = "My mower blade was stolen from the shed last week"

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module", autouse=True)
def sent(desk: Desk) -> None:
    desk.api.send("P-1", MOWER)
    desk.api.send("P-2", MACHETE)
    desk.api.send(
        "P-3",
        "he's in the next room with a knife <script>document.title='owned'</script> \u202eevil\u202c \u200b end",
    )
    desk.api.send("P-4", "")


def test_a_stranger_is_sent_to_sign_in(chrome: Browser, desk: Desk) -> None:
    page = chrome.new_page()
    page.goto(f"{desk.url}/reports/P-2")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.close()


def test_a_wrong_password_says_so_and_keeps_the_door_shut(chrome: Browser, desk: Desk) -> None:
    page = chrome.new_page()
    page.goto(f"{desk.url}/sign-in")
    page.get_by_label("User name").fill("nobody")
    page.get_by_label("Password", exact=True).fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("belong together")
    page.close()


def test_the_most_urgent_report_stands_first(page: Page) -> None:
    first = page.locator("tbody tr").first
    expect(first).to_contain_text("1 Emergency")
    grades = page.locator("tbody .grade").all_inner_texts()
    assert [text.split()[1] for text in grades] == sorted(text.split()[1] for text in grades)
    assert page.title().startswith("(")


def test_the_words_that_raised_a_report_are_marked_in_its_text(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/reports/P-2")
    expect(page.locator("mark.hit--rule", has_text="machete")).to_have_count(1)
    expect(page.locator(".desk-text")).to_have_text(MACHETE)
    expect(page.get_by_text("(set the grade)")).to_have_count(1)
    expect(page.get_by_text("If you or anyone else is in danger now")).to_be_visible()


def test_markup_in_a_report_shows_as_typed_and_never_runs(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/reports/P-3")
    assert "owned" not in page.title()
    expect(page.locator(".desk-text")).to_contain_text("<script>document.title='owned'</script>")


def test_an_empty_report_says_what_silence_can_mean(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/reports/P-4")
    expect(page.get_by_text("Nothing was written.")).to_be_visible()


def test_lowering_a_grade_takes_a_reason_and_is_kept_in_the_history(page: Page, desk: Desk) -> None:
    desk.api.send("P-5", "he is waving a knife at people outside the library")
    page.goto(f"{desk.url}/reports/P-5")
    page.get_by_label("3 Scheduled").check()
    page.get_by_role("button", name="Save decision").click()
    expect(page.get_by_role("alert")).to_contain_text("Say why the grade goes down")
    page.get_by_label("Reason", exact=True).select_option("spoke_to_reporter")
    page.get_by_label("In a sentence").fill("It was a street performer, the reporter saw the sign")
    page.get_by_role("button", name="Save decision").click()
    expect(page.locator("h1 .grade")).to_contain_text("3 Scheduled")
    expect(page.locator(".desk-history")).to_contain_text("street performer")
    expect(page.get_by_text("hana lowered it from")).to_contain_text("1 Emergency")


def test_two_handlers_cannot_overwrite_each_other(page: Page, chrome: Browser, desk: Desk) -> None:
    desk.api.send("P-6", "a man is pointing a gun at the cashier")
    other = signed_in(chrome.new_context().new_page(), desk, "hugo")
    for window in (page, other):
        window.goto(f"{desk.url}/reports/P-6")
    page.locator("#act-take").click()
    other.get_by_label("Note").fill("I rang the shop")
    other.get_by_role("button", name="Add note").click()
    expect(other.get_by_role("alert")).to_contain_text("changed while you were reading")
    expect(other.get_by_label("Note")).to_have_value("I rang the shop")
    other.context.close()


def test_a_new_emergency_appears_in_an_open_queue(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/")
    desk.api.send("P-7", "gunman in the arcade")
    expect(page.locator("#row-P-7")).to_be_visible(timeout=5_000)


def test_the_queue_filters_by_grade_in_the_address(page: Page, desk: Desk) -> None:
    page.goto(f"{desk.url}/?grade=1")
    expect(page.locator("tbody .grade--2")).to_have_count(0)
    assert page.locator("tbody .grade--1").count() > 0


def test_a_report_is_read_and_decided_without_javascript(chrome: Browser, desk: Desk) -> None:
    page = signed_in(chrome.new_context(java_script_enabled=False).new_page(), desk, "hugo")
    page.goto(f"{desk.url}/reports/P-1")
    page.get_by_role("button", name="Save decision").click()
    expect(page.locator(".desk-history")).to_contain_text("hugo decided")
    page.context.close()


STATES: dict[str, Callable[[Page, str], object]] = {
    "queue": lambda page, url: page.goto(f"{url}/"),
    "empty queue": lambda page, url: page.goto(f"{url}/?ref=none"),
    "report": lambda page, url: page.goto(f"{url}/reports/P-2"),
    "no such report": lambda page, url: page.goto(f"{url}/reports/none"),
    "dark queue": lambda page, url: (page.emulate_media(color_scheme="dark"), page.goto(f"{url}/")),
    "dark report": lambda page, url: (
        page.emulate_media(color_scheme="dark"),
        page.goto(f"{url}/reports/P-2"),
    ),
    "phone": lambda page, url: (page.set_viewport_size({"width": 375, "height": 700}), page.goto(f"{url}/")),
}


# `test_everywhere.py` has these states and more in the normal tests, over reports of its own.
@pytest.mark.soak
@pytest.mark.parametrize("state", STATES)
def test_axe_finds_nothing(page: Page, desk: Desk, state: str) -> None:
    STATES[state](page, desk.url)
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


def test_no_page_asks_for_anything_from_elsewhere(page: Page, desk: Desk) -> None:
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for path in ("/", "/reports/P-2", "/docs"):
        page.goto(desk.url + path)
    assert asked
    assert {url.split("/")[2] for url in asked} == {desk.url.split("/")[2]}
