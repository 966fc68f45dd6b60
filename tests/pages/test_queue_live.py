"""The queue while it is watched: seen and heard in time, muted here alone, honest when it cannot follow."""

import re
import time

import pytest
from playwright.sync_api import Page, expect

from service import users
from service.store.store import connect
from tests.pages.conftest import Desk, Window, add, press

GUN = "a man is pointing a gun at people in the arcade"
SHED = "My bicycle was stolen from the shed last week."

pytestmark = pytest.mark.browser


def rang(page: Page) -> int:
    return int(page.locator("body").get_attribute("data-rang") or 0)


def hear(page: Page) -> None:
    page.get_by_role("button", name="Turn sound on").click()
    expect(page.locator("body")).to_have_attribute("data-tested", "1")
    expect(page.locator("#silent")).to_be_hidden()


def wait_until_it_rings_again(page: Page, after: int, milliseconds: int) -> None:
    page.wait_for_function(
        "n => Number(document.body.dataset.rang || 0) > n", arg=after, timeout=milliseconds
    )


def test_an_emergency_is_seen_and_heard_within_five_seconds(page: Page, desk: Desk) -> None:
    hear(page)
    if page.locator("#mute", has_text="Mute here").count():
        press(page, "m")
    before, started = rang(page), time.monotonic()
    desk.api.send("Q-GUN", GUN)
    expect(page.locator("#row-Q-GUN")).to_be_visible(timeout=5_000)
    wait_until_it_rings_again(page, before, 5_000)
    assert time.monotonic() - started < 5
    expect(page.locator("#row-Q-GUN")).to_contain_text("Unread")
    expect(page.locator("#announce")).to_contain_text("Q-GUN")
    assert "alarm" in page.title()
    assert "unread" in page.title()


def test_it_rings_again_until_someone_takes_it(page: Page, desk: Desk) -> None:
    desk.api.send("Q-GUN2", GUN)
    hear(page)
    wait_until_it_rings_again(page, rang(page), 8_000)
    wait_until_it_rings_again(page, rang(page), 8_000)
    page.goto("/reports/Q-GUN2")
    page.locator("#act-take").click()
    expect(page.get_by_role("status")).to_contain_text("It no longer rings")
    assert "Q-GUN2" not in (page.locator("#strip").get_attribute("data-alarms") or "")


def test_a_mute_is_for_this_desk_and_for_these_alarms(page: Page, window: Window, desk: Desk) -> None:
    desk.api.send("Q-GUN3", GUN)
    hear(page)
    other = window("hugo")
    other.goto("/")
    page.reload()
    press(page, "m")
    expect(page.locator("#mute")).to_have_text("Muted here: ring again")
    quiet = rang(page)
    desk.api.send("Q-SHED", SHED)
    page.wait_for_timeout(5_500)
    assert rang(page) == quiet
    expect(other.locator("#mute")).to_have_text("Mute here for 5 min")
    desk.api.send("Q-GUN4", GUN)
    expect(page.locator("#mute")).to_have_text("Mute here for 5 min", timeout=5_000)


def test_a_browser_that_blocks_sound_is_shown(window: Window) -> None:
    page = window("hana")
    page.add_init_script("localStorage.setItem('desk-sound', 'true')")
    page.goto("/")
    expect(page.locator("#silent")).to_contain_text("blocking sound")
    page.get_by_role("button", name="Turn sound on").click()
    expect(page.locator("#silent")).to_be_hidden()
    expect(page.get_by_role("button", name="Test sound")).to_be_visible()


def test_polls_that_fail_for_fifteen_seconds_are_shown_until_they_work(window: Window) -> None:
    page = window("hana")
    page.clock.install()
    page.goto("/")
    page.context.set_offline(True)
    page.clock.fast_forward(10_000)
    page.wait_for_timeout(1_200)
    expect(page.locator("#stale")).to_be_hidden()
    page.clock.fast_forward(6_000)
    expect(page.locator("#stale")).to_contain_text("The service does not answer", timeout=4_000)
    page.context.set_offline(False)
    expect(page.locator("#stale")).to_be_hidden(timeout=8_000)


def test_someone_signed_out_elsewhere_is_told_and_loses_nothing(window: Window, desk: Desk) -> None:
    add(desk.database, "gone", "handler")
    page = window("gone")
    page.goto("/reports/Q-SHED")
    page.get_by_role("textbox", name="Note").fill("half a thought")
    store = connect(desk.database)
    users.sign_out(store, "gone")
    store.close()
    expect(page.locator("#stale")).to_contain_text("You are signed out", timeout=8_000)
    expect(page.get_by_role("textbox", name="Note")).to_have_value("half a thought")


def test_new_reports_move_neither_focus_nor_place(window: Window, desk: Desk) -> None:
    for number in range(12):
        desk.api.send(f"Q-ROW{number}", SHED)
    page = window("hana", viewport={"width": 1200, "height": 500})
    page.goto("/")
    link = page.locator("#open-Q-ROW8")
    link.focus()
    link.scroll_into_view_if_needed()
    before = link.bounding_box()
    desk.api.send("Q-GUN5", GUN)
    expect(page.locator("#row-Q-GUN5")).to_have_count(1, timeout=6_000)
    page.wait_for_timeout(100)
    expect(link).to_be_focused()
    after = link.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 3


def test_the_oldest_unread_report_stays_on_screen(window: Window) -> None:
    page = window("hana", viewport={"width": 1200, "height": 600})
    page.goto("/")
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    expect(page.locator("#oldest")).to_be_in_viewport()


def test_filters_stay_in_the_address_and_in_the_polls(page: Page, desk: Desk) -> None:
    desk.api.send("Q-FILTER", SHED)
    page.get_by_label("Grade", exact=True).select_option("2")
    page.get_by_label("Status").select_option("waiting")
    page.get_by_role("button", name="Show").click()
    assert "grade=2" in page.url
    assert "state=waiting" in page.url
    expect(page.locator("tbody .grade--1")).to_have_count(0)
    expect(page.locator("#rows")).to_have_attribute("hx-get", re_both("grade=2", "state=waiting"))
    page.locator("tbody .desk-ref").first.click()
    page.wait_for_url("**/reports/*")
    press(page, "q")
    page.wait_for_url("**/?*grade=2*")


def test_a_reference_is_found_whatever_became_of_it(page: Page, desk: Desk) -> None:
    desk.api.send("Q-FIND", SHED)
    page.goto("/reports/Q-FIND")
    page.locator("#act-agree").click()
    page.locator("#act-close").click()
    expect(page.get_by_role("status")).to_contain_text("Closed")
    page.goto("/")
    press(page, "/")
    page.keyboard.type("q-find")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(1)
    expect(page.locator("tbody tr")).to_contain_text("Closed")


def test_what_changed_since_one_looked_is_marked(page: Page, desk: Desk) -> None:
    desk.api.send("Q-CHG", SHED)
    page.goto("/reports/Q-CHG")
    desk.api.add_message("Q-CHG", "m1", "one more thing, it was blue")
    page.goto("/?ref=Q-CHG")
    expect(page.locator("#row-Q-CHG")).to_contain_text("Changed")
    expect(page.locator("#row-Q-CHG")).to_contain_text("1 message")


def re_both(one: str, other: str) -> re.Pattern[str]:
    return re.compile(f"(?=.*{one})(?=.*{other})")
