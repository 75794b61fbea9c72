// Placing a text: once, whatever the line does. The text stays in the box until the server has taken it.

import { answerOf, post } from "../core/http.js";
import { newId } from "../core/ids.js";

const PATIENCE = 30_000; // milliseconds before a silent server counts as not reached
let isPreviewAsked = false;

for (const form of document.querySelectorAll("[data-composer]")) placeFrom(form);
if (document.querySelector("[data-quote-bar]")) fetchQuotingWhenWanted();
for (const type of ["change", "dragover", "drop", "paste"]) addEventListener(type, attach);

/** Chosen, pasted or dropped: with the first files comes what sends them. A drop beside the box leaves the page alone. */
function attach(event) {
  const brought = event.dataTransfer ?? event.clipboardData;
  if (brought ? !brought.types.includes("Files") || brought.types.includes("text/plain") : event.target.type !== "file") return;
  const form = event.target.closest?.("[data-composer]");
  if (brought) event.preventDefault();
  if (!form) return;
  if (brought?.files.length) form.elements.file.files = brought.files;
  import("./attach.js").then(({ take }) => take(form), () => {}); // the form sends them itself then
}

/** With the first selection, or the first press: most visits quote nothing. */
function fetchQuotingWhenWanted() {
  const wanted = new AbortController();
  const quoting = () => import("./quote.js").then(() => wanted.abort());
  document.addEventListener("selectionchange", () => {
    if (!getSelection().isCollapsed) quoting().catch(() => {});
  }, wanted);
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-quote]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    quoting().then(() => link.click(), () => location.assign(link.href));
  }, wanted);
}

function placeFrom(form) {
  const { elements, dataset } = form;
  const failure = form.querySelector("[data-failure]");
  const button = form.querySelector("[data-place]");
  let isBusy = false;
  let unanswered; // what was first sent under this client_id and perhaps placed: the answer never came
  elements.client_id.value ||= newId();
  form.querySelector("[data-hint]").hidden = false;

  async function place() {
    const detail = { waitFor: [] };
    form.dispatchEvent(new CustomEvent("composer:placing", { detail }));
    busy(true);
    if (failure.contains(document.activeElement)) button.focus({ preventScroll: true });
    failure.hidden = true;
    await Promise.allSettled(detail.waitFor);
    if (detail.refusal) return busy(false), refuse(detail.refusal, false);
    const sent = new FormData(form);
    try {
      await settle(sent, await post(form.action, sent, { signal: AbortSignal.timeout(PATIENCE) }));
    } catch {
      wait(sent); // the same client_id goes along the next time: the server places once
    }
    busy(false);
  }

  async function settle(sent, answer) {
    const said = await answerOf(answer);
    if (answer.ok && "is_as_sent" in said) placed(said);
    else if (answer.status === 401 || answer.status === 400) signInWithText(sent);
    else if (answer.status === 409 && said.is_conflict) HTMLFormElement.prototype.submit.call(form); // gets both texts
    else if (answer.ok || answer.status >= 500) wait(sent); // an answer that broke off says nothing
    else refuse(said.error ?? dataset.textNotPlaced, !said.error);
  }

  /** What was changed after an answer that never came stays in the box: the first text was placed after all. */
  function placed({ url, warning, is_as_sent: isAsSent }) {
    unanswered = undefined;
    elements.client_id.value = newId();
    if (isAsSent) {
      elements.body.value = "";
      form.querySelector("[data-attached]").replaceChildren();
      elements.body.dispatchEvent(new Event("input", { bubbles: true }));
    }
    form.dispatchEvent(new CustomEvent("composer:placed", { bubbles: true }));
    if (warning) import("./names.js").then(({ warn }) => warn(form, warning));
    if (!isAsSent) refuse(dataset.textFirstPlaced, false);
    else if (!("inPlace" in dataset)) location.assign(url);
  }

  function wait(sent) {
    unanswered ??= sent;
    refuse(dataset.textNotPlaced, true);
  }

  /** The plain form gets the page on which one signs in; the text travels along in it. */
  function signInWithText(sent) {
    const isChanged = unanswered && ["title", "body"].some((name) => unanswered.get(name) !== sent.get(name));
    if (isChanged) elements.client_id.value = newId(); // else it would pass for the first text
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
    const { submitter } = event;
    if (submitter?.matches("[data-preview]") && !isPreviewAsked) {
      event.preventDefault();
      isPreviewAsked = true; // where it does not come, the plain form goes
      import("./preview.js").catch(() => {}).then(() => submitter.click());
    }
    if (submitter?.hasAttribute("formaction") || elements.file.files.length) return;
    event.preventDefault();
    if (!isBusy) place();
  });
}
