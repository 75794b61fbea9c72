// What is typed in the form of a listing is kept on the server two seconds after the last key.
// Files go along when the form is sent; nothing is kept in the browser.

import { answerOf, post } from "../core/http.js";
import { fill } from "../core/words.js";

const REST = 2_000; // milliseconds after the last key

for (const form of document.querySelectorAll("[data-keep]")) keep(form);

function keep(form) {
  const state = form.querySelector("[data-kept]");
  let timer;
  let isStopped = false; // while the form itself is being sent, or when nobody is signed in any more
  let isUnderWay = false;
  let saving = Promise.resolve();

  function rest() {
    clearTimeout(timer);
    if (!isStopped) timer = setTimeout(() => (saving = saving.then(store)), REST);
  }

  async function store() {
    if (isStopped) return;
    isUnderWay = true;
    const fields = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name !== "drop");
    try {
      const answer = await post(form.action, fields);
      const said = await answerOf(answer);
      if (answer.ok) kept(said);
      else refused(answer.status, said);
    } catch {
      say(form.dataset.textNotKept, false);
    }
    isUnderWay = false;
  }

  /** The first save makes the draft: from here on this form is of that one. */
  function kept({ saved_at: time, version, url }) {
    form.elements.version.value = version;
    form.action = url;
    form.querySelector("[data-publish]").formAction = `${url}/publish`;
    say(fill(form.dataset.textKept, { time }), true);
  }

  function refused(status, { error }) {
    if (status === 401) isStopped = true;
    say(status === 401 ? form.dataset.textEnded : (error ?? form.dataset.textNotKept), false);
  }

  function say(sentence, isKept) {
    state.querySelector("[data-words]").textContent = sentence;
    state.querySelector(".icon").toggleAttribute("hidden", !isKept);
    state.classList.toggle("is-not", !isKept);
    state.hidden = false;
  }

  // While a save is under way the form would go with an older version than the server has: it waits for it.
  form.addEventListener("submit", (event) => {
    clearTimeout(timer);
    isStopped = true;
    if (!isUnderWay) return;
    event.preventDefault();
    saving.then(() => setTimeout(() => form.requestSubmit(event.submitter)));
  });
  form.addEventListener("input", rest);
  addEventListener("pageshow", () => { isStopped = false; });
}
