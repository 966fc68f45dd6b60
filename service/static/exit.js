// Leave at once: by the button or by Escape. Nothing that was typed stays on the page, and Back does not return to it.
function leave(address) {
  document.documentElement.classList.add("gone");
  document.title = "";
  for (const field of document.querySelectorAll("textarea, input[type=hidden]")) field.value = "";
  for (const choice of document.querySelectorAll("input[type=radio]")) choice.checked = false;
  window.location.replace(address);
}

const ways = document.querySelectorAll(".govuk-js-exit-this-page-button, .exit-link");
for (const way of ways) {
  way.addEventListener("click", (event) => {
    event.preventDefault();
    leave(way.href);
  });
}
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") leave(ways[0].href);
});
