// The text of a page: the toolbar, and a question before leaving what was not saved.

import "../../vendor/markdown-toolbar-element-2.2.3/markdown-toolbar-element.js";

const body = document.querySelector("textarea[name=body]");
const form = body.form;
const saved = body.value;
let leaves = false;

form.addEventListener("submit", () => { leaves = true; });
window.addEventListener("beforeunload", (event) => {
  if (!leaves && body.value !== saved) event.preventDefault();
});
