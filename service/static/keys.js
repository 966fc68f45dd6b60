// One key for each thing a handler does. Keys do nothing in a field, with Ctrl, Alt or Cmd, or when switched off.
const sheet = document.getElementById("keys");
const byId = (id) => document.getElementById(id);
const press = (id) => { const found = byId(id); if (found) found.click(); return Boolean(found); };

function goTo(id, field) {
  const place = byId(id);
  if (!place) return false;
  place.scrollIntoView({ block: "start" });
  (field || place).focus({ preventScroll: Boolean(field) });
  return true;
}

// Up the scale at once, with one key; down the scale only by way of the reason.
function grade(number) {
  if (press("act-raise-" + number)) return true;
  const choice = byId("grade-" + number);
  if (!choice) return false;
  choice.checked = true;
  return goTo("decide", byId("reason_code") || choice);
}

function move(step) {
  const links = [...document.querySelectorAll("tbody .desk-ref")];
  if (!links.length) return false;
  const at = links.indexOf(document.activeElement);
  const next = links[Math.max(0, Math.min(links.length - 1, at < 0 ? 0 : at + step))];
  next.focus({ preventScroll: true });
  next.closest("tr").scrollIntoView({ block: "center" });
  return true;
}

function find() {
  if (!byId("find")) return false;
  byId("find").open = true;
  return goTo("find", byId("f-ref"));
}

// On a wide screen there is room for the filters; on a phone the reports come first.
if (byId("find") && innerWidth > 860) byId("find").open = true;

function openSheet() { sheet.showModal(); return true; }

const KEYS = {
  "?": openSheet,
  j: () => move(1),
  k: () => move(-1),
  "/": find,
  q: () => press("to-queue") || press("home"),
  o: () => press("oldest"),
  m: () => press("mute"),
  t: () => press("act-take"),
  a: () => press("act-agree"),
  e: () => goTo("decide", document.querySelector("#decide input[type=radio]:checked")),
  h: () => goTo("hand-over", byId("to")),
  n: () => goTo("note"),
  c: () => press("act-close"),
  1: () => grade(1), 2: () => grade(2), 3: () => grade(3), 4: () => grade(4),
};

function typing(target) {
  return target.closest("textarea, select, [contenteditable], input:not([type=radio]):not([type=checkbox])") !== null;
}

function switched() { return kept.read("keys", true); }

function showSwitch() {
  const button = byId("keys-switch");
  button.textContent = switched() ? "Single keys are on" : "Single keys are off";
  button.setAttribute("aria-pressed", String(switched()));
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey || event.repeat && !"jk".includes(event.key)) return;
  if (sheet.open || typing(event.target)) return;
  const act = event.key === "?" || switched() ? KEYS[event.key] : null;
  if (act && act()) event.preventDefault();
});

byId("help-open").hidden = false;
byId("help-open").addEventListener("click", openSheet);
byId("keys-close").addEventListener("click", () => sheet.close());
byId("keys-switch").addEventListener("click", () => { kept.write("keys", !switched()); showSwitch(); });
showSwitch();
