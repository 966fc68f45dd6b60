"use strict";
// Shows /openapi.json. Everything is added as text, never as markup.

function make(name, text, className) {
  const element = document.createElement(name);
  if (text !== undefined) element.textContent = text;
  if (className) element.className = className;
  return element;
}

function fold(title, value) {
  const details = make("details");
  details.append(make("summary", title), make("pre", JSON.stringify(value, null, 2)));
  return details;
}

function operation(path, method, spec) {
  const section = make("section");
  const heading = make("h2");
  heading.append(make("span", method, "method"), make("code", path));
  section.append(heading, make("p", spec.summary || ""), make("p", spec.description || ""));
  if (spec.parameters && spec.parameters.length) section.append(fold("Parameters", spec.parameters));
  if (spec.requestBody) section.append(fold("Body", spec.requestBody));
  const answers = make("dl");
  for (const [status, answer] of Object.entries(spec.responses)) {
    answers.append(make("dt", status), make("dd", answer.description));
  }
  section.append(answers);
  return section;
}

async function show() {
  const spec = await (await fetch("/openapi.json")).json();
  document.getElementById("about").prepend(spec.info.description + " ");
  for (const [path, methods] of Object.entries(spec.paths)) {
    for (const [method, one] of Object.entries(methods)) {
      document.getElementById("operations").append(operation(path, method, one));
    }
  }
  for (const [name, schema] of Object.entries(spec.components.schemas)) {
    document.getElementById("schemas").append(fold(name, schema));
  }
}

show();
