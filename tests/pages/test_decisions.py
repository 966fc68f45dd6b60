"""Deciding: with a mouse on a phone, with keys alone, against another person, in training, and never alone downwards."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.pages.conftest import Desk, Window, press

pytestmark = pytest.mark.browser

GUN = "a man is pointing a gun at the cashier"
SHED = "My bicycle was stolen from the shed last week."
PHONE = {"width": 375, "height": 700}


def said(page: Page, words: str) -> None:
    expect(page.get_by_role("status")).to_contain_text(words)


def lower(page: Page, ref: str) -> None:
    """Down to 3 by keys: the number leads to the reason."""
    page.goto(f"/reports/{ref}")
    press(page, "3")
    expect(page.locator("#reason_code")).to_be_focused()
    page.keyboard.type("I spoke")
    page.keyboard.press("Tab")
    page.keyboard.type("It was a film set and I spoke to the manager")
    page.keyboard.press("Enter")
    said(page, "Decided: grade 3")


def test_keys_alone_find_the_most_urgent_report_and_hand_it_over(page: Page, desk: Desk) -> None:
    desk.api.send("D-KEYS", GUN)
    page.goto("/?ref=D-KEYS")
    press(page, "j")
    expect(page.locator("#open-D-KEYS")).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/reports/D-KEYS")
    press(page, "t")
    said(page, "You have taken it")
    press(page, "h")
    expect(page.locator("#to")).to_be_focused()
    page.keyboard.type("Domestic")
    page.keyboard.press("Tab")
    page.keyboard.type("ring the shop first, 3 staff")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    said(page, "Handed over to Domestic abuse")
    expect(page.locator(".desk-history")).to_contain_text("ring the shop first, 3 staff")
    expect(page.locator("#strip")).to_have_attribute("data-alarms", contains("D-KEYS|emergency"))


def test_a_phone_does_the_same_by_touch(window: Window, desk: Desk) -> None:
    desk.api.send("D-PHONE", GUN)
    page = window("hana", viewport=PHONE, has_touch=True, is_mobile=True)
    page.goto("/?ref=D-PHONE")
    page.locator("#open-D-PHONE").tap()
    page.locator("#act-take").tap()
    said(page, "You have taken it")
    page.get_by_role("link", name="Hand over").tap()
    page.get_by_label("To", exact=True).select_option("hugo")
    page.get_by_role("button", name="Hand it over").tap()
    said(page, "Handed over to hugo")
    expect(page.locator(".desk-facts").first).to_contain_text("with hugo")


def test_raising_takes_one_key(page: Page, desk: Desk) -> None:
    desk.api.send("D-UP", SHED)
    page.goto("/reports/D-UP")
    press(page, "1")
    said(page, "Decided: grade 1")
    expect(page.locator("h1 .grade")).to_contain_text("1 Emergency")


def test_a_lowered_emergency_waits_for_another_person(page: Page, window: Window, desk: Desk) -> None:
    desk.api.send("D-DOWN", GUN)
    lower(page, "D-DOWN")
    expect(page.locator("h1 .grade")).to_contain_text("3 Scheduled")
    expect(page.get_by_role("region", name="Second look")).to_contain_text("someone else looks")
    expect(page.locator("#act-close")).to_have_count(0)
    other = window("hugo")
    other.goto("/second-looks")
    other.locator("#open-D-DOWN").click()
    look = other.get_by_role("region", name="Second look")
    expect(look).to_contain_text("I spoke to the reporter")
    expect(look).to_contain_text("It was a film set")
    look.get_by_role("button", name="I disagree").click()
    said(other, "Your second look is kept")
    expect(other.locator("h1 .grade")).to_contain_text("1 Emergency")
    expect(other.locator("#strip")).to_have_attribute("data-alarms", contains("D-DOWN|emergency"))


def test_agreeing_lets_it_be_closed(page: Page, window: Window, desk: Desk) -> None:
    desk.api.send("D-OK", GUN)
    lower(page, "D-OK")
    other = window("hugo")
    other.goto("/reports/D-OK")
    other.get_by_role("button", name="I agree").click()
    said(other, "Your second look is kept")
    press(other, "c")
    said(other, "Closed")


def test_nothing_is_closed_undecided(page: Page, desk: Desk) -> None:
    desk.api.send("D-SHUT", SHED)
    page.goto("/reports/D-SHUT")
    expect(page.locator("#act-close")).to_have_count(0)
    press(page, "c")
    expect(page.get_by_role("heading", level=1)).to_contain_text("D-SHUT")


def test_both_versions_are_shown_when_two_decide_at_once(page: Page, window: Window, desk: Desk) -> None:
    desk.api.send("D-TWO", GUN)
    other = window("hugo")
    for who in (page, other):
        who.goto("/reports/D-TWO")
    other.locator("#act-agree").click()
    press(page, "2")
    page.locator("#reason_code").select_option("known_and_handled")
    page.locator("#reason").fill("Officers are there and it is calm")
    page.get_by_role("button", name="Save decision").click()
    told = page.get_by_role("alert").filter(has_text="changed while you were reading")
    expect(told).to_contain_text("Yours, not saved")
    expect(told).to_contain_text("2 Priority")
    expect(told).to_contain_text("Officers are there and it is calm")
    expect(told).to_contain_text("As it stands now")
    expect(told).to_contain_text("hugo decided")
    expect(page.locator("#reason")).to_have_value("Officers are there and it is calm")
    expect(page.locator("#grade-2")).to_be_checked()
    page.get_by_role("button", name="Save decision").click()
    said(page, "Decided: grade 2")


def test_flags_are_changed_and_a_caution_goes_only_with_a_reason(page: Page, desk: Desk) -> None:
    desk.api.send("D-FLAG", SHED)
    page.goto("/reports/D-FLAG")
    page.get_by_text("Flags: none").click()
    page.get_by_label("Contact with caution", exact=True).check()
    page.get_by_role("button", name="Save decision").click()
    expect(page.locator(".desk-caution")).to_be_visible()
    page.get_by_text("Flags: 1").click()
    page.get_by_role("checkbox", name="Contact with caution").uncheck()
    page.get_by_role("button", name="Save decision").click()
    expect(page.get_by_role("alert").filter(has_text="There is a problem")).to_contain_text("why it is safe")


def test_training_hides_the_suggestion_until_one_has_answered(window: Window, desk: Desk) -> None:
    desk.api.send("D-TRAIN", SHED)
    page = window("hugo")
    page.goto("/?ref=D-TRAIN")
    page.get_by_role("button", name="Training off").click()
    page.goto("/?ref=D-TRAIN")
    expect(page.locator("#row-D-TRAIN")).to_contain_text("Grade it first")
    page.locator("#open-D-TRAIN").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("grade it first")
    expect(page.locator("mark")).to_have_count(0)
    expect(page.get_by_text("Why", exact=True)).to_have_count(0)
    page.get_by_label("4 Resolution").check()
    page.get_by_label("Team").select_option("volume_crime")
    page.get_by_role("button", name="Show what is suggested").click()
    expect(page.get_by_text("In training you said")).to_contain_text("4 Resolution")
    page.get_by_role("button", name="Training on").click()


def test_training_never_hides_an_emergency(window: Window, desk: Desk) -> None:
    desk.api.send("D-REAL", GUN)
    page = window("hugo")
    page.goto("/")
    page.get_by_role("button", name="Training off").click()
    page.goto("/reports/D-REAL")
    expect(page.locator("h1 .grade")).to_contain_text("1 Emergency")
    page.get_by_role("button", name="Training on").click()


def test_the_sheet_of_keys_opens_closes_and_switches_them_off(page: Page, desk: Desk) -> None:
    desk.api.send("D-SHEET", SHED)
    page.goto("/reports/D-SHEET")
    press(page, "?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.get_by_role("button", name="Single keys are on").click()
    page.keyboard.press("Escape")
    press(page, "1")
    page.reload()
    expect(page.locator("h1 .grade")).not_to_contain_text("Emergency")


def test_letters_typed_in_a_field_are_letters(page: Page, desk: Desk) -> None:
    desk.api.send("D-TYPE", SHED)
    page.goto("/reports/D-TYPE")
    press(page, "n")
    page.keyboard.type("take 1 than 2 ?")
    expect(page.get_by_role("textbox", name="Note")).to_have_value("take 1 than 2 ?")
    expect(page.get_by_role("dialog")).to_have_count(0)


def contains(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))
