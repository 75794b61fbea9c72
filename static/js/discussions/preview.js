// "Preview" shows the text as the server will render it, under the box; the next press takes it away. The first press
// fetches this.

import { answerOf, post } from "../core/http.js";

for (const form of document.querySelectorAll("[data-composer]")) {
  const button = form.querySelector("[data-preview]");
  const panel = form.querySelector("[data-preview-panel]");
  form.addEventListener("submit", (event) => {
    if (event.submitter !== button) return;
    event.preventDefault();
    if (panel.hidden) show(form, button, panel);
    else hide(button, panel);
  });
  form.addEventListener("input", () => hide(button, panel)); // it would no longer be what is in the box
}

async function show(form, button, panel) {
  const asked = form.elements.body.value;
  button.setAttribute("aria-busy", "true");
  const { html, error } = await rendered(form, button.formAction);
  button.removeAttribute("aria-busy");
  if (form.elements.body.value !== asked) return;
  const text = panel.querySelector("[data-preview-text]");
  if (html === undefined) text.textContent = error ?? form.dataset.textNoPreview;
  else text.innerHTML = html; // made safe by the server, as every post is
  panel.hidden = false;
  button.setAttribute("aria-pressed", "true");
  if (document.activeElement === button) panel.focus({ preventScroll: true }); // not away from who types on
  panel.scrollIntoView({ block: "nearest" });
}

function hide(button, panel) {
  panel.hidden = true;
  button.setAttribute("aria-pressed", "false");
}

async function rendered(form, address) {
  try {
    return await answerOf(await post(address, new FormData(form)));
  } catch {
    return {};
  }
}
