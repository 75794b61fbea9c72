// Placing a text: once, whatever the line does. The text stays in the box until the server has taken it.

import { answerOf, post } from "../core/http.js";

const PATIENCE = 30_000; // milliseconds before a silent server counts as not reached

for (const form of document.querySelectorAll("[data-composer]")) placeFrom(form);

function placeFrom(form) {
  const { elements, dataset } = form;
  const failure = form.querySelector("[data-failure]");
  const button = form.querySelector("[data-place]");
  let isBusy = false;
  let unanswered; // what was sent under this client_id and perhaps placed: the answer never came
  elements.client_id.value ||= newId();

  async function place() {
    const waitFor = [];
    form.dispatchEvent(new CustomEvent("composer:placing", { detail: { waitFor } }));
    busy(true);
    if (failure.contains(document.activeElement)) button.focus({ preventScroll: true });
    failure.hidden = true;
    await Promise.allSettled(waitFor);
    const sent = unanswered ?? new FormData(form); // the same again: the server places it once
    try {
      await settle(sent, await post(form.action, sent, {
        redirect: "inPlace" in dataset ? "manual" : "follow",
        signal: AbortSignal.timeout(PATIENCE),
      }));
    } catch {
      wait(sent);
    }
    busy(false);
  }

  async function settle(sent, answer) {
    const said = await answerOf(answer);
    if (answer.ok || answer.type === "opaqueredirect") return placed(sent, said.url ?? answer.url);
    if (answer.status === 401 || answer.status === 400) return signInWithText(sent);
    if (answer.status >= 500) return wait(sent);
    if (answer.status !== 429) unanswered = undefined; // too fast: nobody looked at it
    refuse(said.error ?? dataset.textNotPlaced, !said.error);
  }

  function placed(sent, address) {
    const isChanged = differs(sent);
    unanswered = undefined;
    elements.client_id.value = newId();
    if (!isChanged) {
      elements.body.value = "";
      elements.body.dispatchEvent(new Event("input", { bubbles: true }));
    }
    form.dispatchEvent(new CustomEvent("composer:placed", { bubbles: true }));
    if (isChanged) refuse(dataset.textFirstPlaced, false);
    else if (!("inPlace" in dataset)) location.assign(address);
  }

  function wait(sent) {
    unanswered = sent;
    refuse(dataset.textNotPlaced, true);
  }

  /** What is in the box was changed since. */
  function differs(sent) {
    const now = new FormData(form);
    return ["kind", "title", "body"].some((name) => now.get(name) !== sent.get(name));
  }

  /** The plain form gets the page on which one signs in; the text travels along in it. */
  function signInWithText(sent) {
    if (differs(sent)) elements.client_id.value = newId(); // else it would pass for the first text
    HTMLFormElement.prototype.submit.call(form);
  }

  function refuse(sentence, isWorthRetrying) {
    failure.querySelector("[data-words]").textContent = sentence;
    failure.querySelector("[data-retry]").hidden = !isWorthRetrying;
    failure.hidden = false;
    form.dispatchEvent(new CustomEvent("composer:refused"));
  }

  /** Not disabled: that would take the focus away from who uses the keyboard. */
  function busy(isPlacing) {
    isBusy = isPlacing;
    for (const field of [elements.title, elements.body]) if (field) field.readOnly = isPlacing;
    button.setAttribute("aria-busy", String(isPlacing));
  }

  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    if (!isBusy) place();
  });
}

/** A random UUID, also where crypto.randomUUID is missing (plain http on a local network). */
function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}
