// Marks the page as alive for govuk-frontend, and keeps the title counting the grade 1 reports nobody has opened.
document.body.classList.add("js-enabled", "govuk-frontend-supported");

function count() {
  const rows = document.getElementById("rows");
  if (!rows) return;
  const alarms = rows.dataset.alarms ? rows.dataset.alarms.split(" ").length : 0;
  document.title = (alarms ? "(" + alarms + ") " : "") + "Queue - Report triage";
}

document.addEventListener("htmx:afterSwap", count);
count();
