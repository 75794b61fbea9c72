// Typing in the box: the toolbar, its keys (Ctrl+B, Ctrl+I, Ctrl+K), Ctrl+Enter to place, and the counter.

import "../../vendor/markdown-toolbar-element-2.2.3/markdown-toolbar-element.js";
import { counted } from "../core/words.js";

const TOOLS = { b: "bold", i: "italic", k: "link" };
const NEARLY = 1_000; // characters left at which the counter shows itself

for (const form of document.querySelectorAll("[data-composer]")) {
  const { body } = form.elements;
  body.addEventListener("keydown", (event) => press(form, event));
  body.addEventListener("input", () => count(form));
  count(form);
  fetchNamesWhenWanted(form);
}

/** With the first "@": most texts mention nobody. */
function fetchNamesWhenWanted(form) {
  const { body } = form.elements;
  const look = () => {
    if (!body.value.includes("@")) return;
    body.removeEventListener("input", look);
    import("./names.js").then(({ suggestIn }) => suggestIn(form)).catch(() => body.addEventListener("input", look));
  };
  body.addEventListener("input", look);
  look();
}

function press(form, event) {
  if (!(event.ctrlKey || event.metaKey) || event.altKey || event.isComposing) return;
  const tool = TOOLS[event.key.toLowerCase()];
  if (tool && !event.shiftKey) form.querySelector(`[data-md-button="${tool}"]`)?.click();
  else if (event.key === "Enter") form.requestSubmit(form.querySelector("[data-place]"));
  else return;
  event.preventDefault();
}

/** Counts as the server does: characters, not code units. */
function count({ elements: { body }, dataset }) {
  const counter = document.getElementById(`${body.id}-counter`);
  const left = Number(dataset.most) - [...body.value].length;
  counter.hidden = left > NEARLY;
  counter.classList.toggle("danger", left < 0);
  counter.textContent =
    left < 0 ? counted(dataset.textTooLongOne, dataset.textTooLong, -left) : counted(dataset.textLeftOne, dataset.textLeft, left);
}
