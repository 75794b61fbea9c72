// A draft is saved on the server two seconds after the last key and on leaving the field.
// "Draft saved 14:32" appears only after the server said so. Nothing is kept in the browser.

import { answerOf, post } from "../core/http.js";
import { fill } from "../core/words.js";

const REST = 2_000; // milliseconds after the last key

for (const form of document.querySelectorAll("[data-draft-url]")) keep(form);

function keep(form) {
  const { elements, dataset } = form;
  const state = form.querySelector("[data-state]");
  const texts = () => JSON.stringify(["title", "kind", "body"].map((name) => elements[name]?.value ?? ""));
  elements.revision.value = elements.revision.dataset.revision;
  let saved = texts();
  let timer;
  let saving = Promise.resolve();
  let isUnderWay = false;
  let isStopped = false; // while the text is being placed
  let isEnded = false; // nobody is signed in here any more
  let other; // the text of another device, while both stand there

  function rest() {
    clearTimeout(timer);
    if (!isStopped && !isEnded) timer = setTimeout(save, REST);
  }

  function save() {
    clearTimeout(timer);
    saving = saving.then(store);
    return saving;
  }

  async function store(options = {}) {
    const now = texts();
    if (isStopped || isEnded || other || now === saved) return;
    const fields = new Map(fieldsOf(form));
    if (isUnderWay) fields.set("revision", revisionAfter(fields.get("revision")));
    isUnderWay = true;
    try {
      const answer = await post(dataset.draftUrl, fields, options);
      const said = await answerOf(answer);
      if (answer.ok) confirm(now, said);
      else if (answer.status === 409 && "body" in said) showBoth(said); // not when there are too many drafts
      else refuse(answer.status, said);
    } catch {
      say(dataset.textNotSaved, false);
    }
    isUnderWay = false;
  }

  function confirm(now, { saved_at: time, revision }) {
    saved = now;
    elements.revision.value = revision ?? 0;
    if (time) say(fill(dataset.textSaved, { time }), true);
    else state.hidden = true; // an empty text is not kept
  }

  function refuse(status, { error }) {
    if (status === 401) return end();
    say(error ?? dataset.textNotSaved, false);
  }

  function end() {
    isEnded = true;
    say(dataset.textEnded, false);
  }

  function say(sentence, isSaved) {
    state.querySelector("[data-words]").textContent = sentence;
    state.querySelector(".icon").toggleAttribute("hidden", !isSaved);
    state.classList.toggle("state-failed", !isSaved);
    state.hidden = false;
  }

  /** Changed on another device: both texts stand there until the writer chooses, who may be typing all the while. */
  function showBoth({ body = "", title = "", revision }) {
    say(dataset.textNotSaved, false);
    const section = form.querySelector("template[data-other-draft]").content.cloneNode(true).firstElementChild;
    other = { section, revision, text: title ? `${title}\n\n${body}` : body };
    section.querySelector("[data-other-text]").value = other.text;
    section.querySelector("[data-take]").addEventListener("click", () => {
      elements.body.value = body;
      if (title && elements.title) elements.title.value = title;
      choose();
      saved = texts();
    });
    section.querySelector("[data-keep]").addEventListener("click", choose);
    form.querySelector(".box").after(section);
  }

  /** Who leaves before choosing finds both, one below the other. */
  async function storeBoth() {
    if (isStopped || isEnded) return;
    const fields = new Map(fieldsOf(form));
    fields.set("body", [elements.body.value, other.text].filter((text) => text.trim()).join("\n\n"));
    fields.set("revision", other.revision);
    try {
      const answer = await post(dataset.draftUrl, fields, { keepalive: true });
      if (answer.ok) other.revision = (await answerOf(answer)).revision;
    } catch {
      // Not reached: both still stand on this page.
    }
  }

  function choose() {
    elements.revision.value = other.revision;
    other.section.remove();
    other = undefined;
    elements.body.focus();
    elements.body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  form.addEventListener("submit", (event) => {
    if (isEnded || !event.submitter?.matches("[data-save-draft]")) return; // the plain form leads to signing in, text and all
    event.preventDefault();
    if (other) return other.section.querySelector("h3").focus(); // first choose
    saved = undefined; // asked for by hand: also when nothing changed
    save();
  });
  form.addEventListener("input", rest);
  form.addEventListener("focusout", save);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") other ? storeBoth() : save();
  });
  addEventListener("pagehide", () => (other ? storeBoth() : store({ keepalive: true })));
  document.addEventListener("session:ended", end);
  if ("sessionEnded" in document.documentElement.dataset) end();
  // A draft that is still under way must not come back after the post was placed.
  form.addEventListener("composer:placing", (event) => {
    clearTimeout(timer);
    isStopped = true;
    event.detail.waitFor.push(saving);
  });
  form.addEventListener("composer:refused", () => {
    isStopped = false;
    rest();
  });
  form.addEventListener("composer:placed", () => {
    isStopped = false;
    saved = elements.body.value ? undefined : texts(); // what was changed meanwhile is kept as a new draft
    elements.revision.value = 0;
    state.hidden = true;
  });
}

/** On leaving there is no waiting for the save before it: it makes the next revision, or a first one with any number. */
function revisionAfter(revision) {
  return Number(revision) ? Number(revision) + 1 : "";
}

function fieldsOf(form) {
  const all = new FormData(form);
  return ["place", "title", "kind", "body", "revision", "version"].filter((name) => all.has(name)).map((name) => [name, all.get(name)]);
}
