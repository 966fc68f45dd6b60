// Marks the page as alive for govuk-frontend, and takes people to what went wrong.
document.body.classList.add("js-enabled", "govuk-frontend-supported");

// What this desk wants, kept in its browser alone; a browser that keeps nothing forgets it.
const kept = {
  read(name, otherwise) {
    try { return JSON.parse(localStorage.getItem("desk-" + name)) ?? otherwise; } catch { return otherwise; }
  },
  write(name, value) {
    try { localStorage.setItem("desk-" + name, JSON.stringify(value)); } catch { /* private windows keep nothing */ }
  },
};

const problem = document.querySelector(".govuk-error-summary");
if (problem) { problem.tabIndex = -1; problem.focus(); }
