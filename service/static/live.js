// Keeps the page up to date: polls, counts clocks down, keeps place and focus, and says when it cannot.
const POLL_EVERY = 3, STALE_AFTER = 15000;
const live = { seconds: 0, heardAt: Date.now(), signedOut: false, known: null, place: null };
const strip = () => document.getElementById("strip");
const bareTitle = document.title.replace(/^\(.*?\) /, "");
let ahead = Number(strip().dataset.now) * 1000 - Date.now();

function span(seconds) {
  const minutes = Math.floor(seconds / 60);
  if (minutes < 1) return Math.floor(seconds) + " s";
  if (minutes < 120) return minutes + " min";
  return minutes < 2880 ? Math.floor(minutes / 60) + " h" : Math.floor(minutes / 1440) + " days";
}

function countDown() {
  const now = (Date.now() + ahead) / 1000;
  document.querySelectorAll("[data-due]").forEach((clock) => {
    const left = Number(clock.dataset.due) - now;
    const says = left < 0 ? span(-left) + " over" : span(left) + (clock.dataset.left || "");
    if (clock.textContent !== says) clock.textContent = says;
    clock.classList.toggle("is-over", left < 0);
  });
}

function countInTitle() {
  const alarms = alarmsNow().length, unread = Number(strip().dataset.unread);
  const counts = [alarms && alarms + (alarms === 1 ? " alarm" : " alarms"), unread && unread + " unread"].filter(Boolean);
  document.title = (counts.length ? "(" + counts.join(", ") + ") " : "") + bareTitle;
}

// A new alarm is spoken once by screen readers; what rang when the page was opened is on the page.
function announce() {
  const now = new Set(alarmsNow());
  const fresh = live.known ? [...now].filter((alarm) => !live.known.has(alarm)) : [];
  live.known = now;
  if (fresh.length) document.getElementById("announce").textContent = "New alarm: " + fresh.map((alarm) => alarm.split("|")[0]).join(", ");
}

function sayIfStale() {
  const silence = Date.now() - live.heardAt;
  const stale = document.getElementById("stale"), old = live.signedOut || silence > STALE_AFTER;
  if (old && stale.hidden) {
    const since = new Date(live.heardAt + ahead).toLocaleTimeString("en-GB", { timeZone: "Europe/London", hour: "2-digit", minute: "2-digit" });
    document.getElementById("stale-says").textContent = (live.signedOut ? "You are signed out." : "The service does not answer.") + " Nothing here has changed since " + since + ", and no alarm can ring.";
    document.getElementById("stale-act").textContent = live.signedOut ? "Sign in again" : "Load this page again";
  }
  stale.hidden = !old;
}

function second() {
  live.seconds += 1;
  if (live.seconds % POLL_EVERY === 0) htmx.trigger(document.body, "tick");
  countDown();
  sayIfStale();
  ringIfDue();
}

// The row that is looked at (the one with focus, else the first on screen) stays where it was.
function anchor() {
  const focused = document.activeElement?.closest("#rows [id], #strip [id]");
  const top = strip().getBoundingClientRect().bottom;
  const rows = [...document.querySelectorAll("tr[id]")];
  const seen = window.scrollY > 0 && rows.find((row) => row.getBoundingClientRect().bottom > top);
  return focused || seen || null;
}

document.body.addEventListener("htmx:beforeSwap", () => {
  const held = anchor();
  live.place = held && { id: held.id, top: held.getBoundingClientRect().top, focus: document.activeElement === held };
});

document.body.addEventListener("htmx:afterSettle", () => {
  ahead = Number(strip().dataset.now) * 1000 - Date.now();
  const held = live.place && document.getElementById(live.place.id);
  if (held && live.place.focus) held.focus({ preventScroll: true });
  if (held && held.closest("#rows") && window.scrollY > 0) window.scrollBy(0, held.getBoundingClientRect().top - live.place.top);
  live.place = null;
  countDown();
  countInTitle();
  announce();
  showMute();
  ringIfDue();
});

document.body.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful) { live.heardAt = Date.now(); live.signedOut = false; }
  else if (event.detail.xhr?.status === 401) live.signedOut = true;
  sayIfStale();
});

// The way back leads to the queue as it was filtered.
const back = document.getElementById("to-queue");
try {
  if (document.getElementById("rows")) sessionStorage.setItem("desk-queue", location.pathname + location.search);
  else if (back) back.href = sessionStorage.getItem("desk-queue") || back.href;
} catch { /* a browser that keeps nothing leads to the whole queue */ }

new Worker(document.body.dataset.static + "ticker.js").onmessage = second;
countInTitle();
announce();
