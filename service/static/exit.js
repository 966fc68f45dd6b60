// Leave at once: by the button or by Escape. Nothing that was typed stays on the page, and Back does not return to it.
// It runs before anything else of the page is there, so that Escape also works while a page is still coming.
const away = document.currentScript.dataset.away;

function leave() {
  document.documentElement.classList.add("gone");
  document.title = "";
  for (const field of document.querySelectorAll("textarea, input[type=hidden]")) field.value = "";
  for (const choice of document.querySelectorAll("input[type=radio]")) choice.checked = false;
  window.location.replace(away);
}

document.addEventListener("click", (event) => {
  if (!event.target.closest(".govuk-js-exit-this-page-button")) return;
  event.preventDefault();
  leave();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") leave();
});
