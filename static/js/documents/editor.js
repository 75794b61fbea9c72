// The text of a page: the toolbar, what its buttons put in, and a question before leaving what was not saved.

import "../../vendor/markdown-toolbar-element-2.2.3/markdown-toolbar-element.js";

const body = document.querySelector("textarea[name=body]");
const form = body.form;
const saved = "unsaved" in form.dataset ? undefined : body.value; // what a preview or a refusal shows is nowhere kept
let leaves = false;

form.addEventListener("submit", () => { leaves = true; });
window.addEventListener("beforeunload", (event) => {
  if (!leaves && body.value !== saved) event.preventDefault();
});

// A table or a picture comes at the place of the caret, on lines of its own, and can be taken back as typing can.
for (const button of document.querySelectorAll("[data-insert]")) {
  button.addEventListener("click", () => {
    const box = document.getElementById(button.dataset.into);
    const before = box.value.slice(0, box.selectionStart);
    const gap = !before || before.endsWith("\n\n") ? "" : before.endsWith("\n") ? "\n" : "\n\n";
    button.closest("[popover]")?.hidePopover();
    box.focus();
    document.execCommand("insertText", false, `${gap}${button.dataset.insert}\n\n`);
  });
}
