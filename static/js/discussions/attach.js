// Files with a text (DISC-27). Each is sent by itself as soon as it is there, and shows how far it is. One that fails
// says so in its own line; the text and the others stay. What came through waits in the draft, and has a tick here.

import { make } from "../core/elements.js";
import { fill } from "../core/words.js";

const queues = new WeakMap(); // form → the files that are under way, one after another
const failures = new WeakMap(); // form → the lines of files that failed since it was last placed

for (const form of document.querySelectorAll("[data-composer]")) receive(form);

/** What lies in the field of the form now. */
export function take(form) {
  const { file } = form.elements;
  const files = [...file.files];
  file.value = "";
  for (const each of files) send(form, each);
}

function receive(form) {
  queues.set(form, Promise.resolve());
  failures.set(form, new Set());
  form.addEventListener("dragover", (event) => form.classList.toggle("is-over", event.dataTransfer.types.includes("Files")));
  form.addEventListener("dragleave", ({ relatedTarget }) => form.contains(relatedTarget) || form.classList.remove("is-over"));
  form.addEventListener("drop", () => form.classList.remove("is-over"));
  form.addEventListener("composer:placing", ({ detail }) => {
    const before = new Set(failures.get(form));
    const all = queues.get(form).then(() => {
      const failed = [...failures.get(form)].find((line) => !before.has(line));
      if (failed) detail.refusal = fill(wordsOf(form).textStopped, { name: failed.dataset.name });
    });
    detail.waitFor.push(all);
  });
  form.addEventListener("composer:placed", () => failures.get(form).clear());
}

function send(form, file) {
  const words = wordsOf(form);
  const bar = make("progress", { max: 1, value: 0, "aria-label": fill(words.textProgress, { name: file.name }) });
  const line = make("li", { class: "file-row", "data-name": file.name }, make("div", { class: "progress" }, make("span", {}, file.name), bar));
  form.querySelector("[data-attached]").append(line);
  const sending = queues.get(form).then(() => sent(form, file, bar)).then(
    (html) => arrive(form, line, html, file.name),
    (trouble) => fail(form, line, file, trouble),
  );
  queues.set(form, sending);
}

/** The line of the file as the server draws it. Throws what went wrong: a sentence, and whether another try may help. */
function sent(form, file, bar) {
  const words = wordsOf(form);
  const fields = new FormData();
  for (const name of ["csrf_token", "place"]) fields.set(name, form.elements[name].value);
  for (const { name, value, checked } of form.querySelectorAll('[name="listed"], [name="attachment"]')) {
    if (checked !== false || name === "listed") fields.append(name, value);
  }
  fields.set("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", words.url);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", ({ loaded, total }) => (bar.value = total ? loaded / total : 0));
    request.addEventListener("error", () => reject({ sentence: words.textNotSent, again: true }));
    request.addEventListener("load", () => {
      const { status, response } = request;
      if (status === 201 && response?.html) resolve(response.html);
      else if (status === 401) reject({ sentence: words.textEnded, again: true });
      else reject({ sentence: response?.error ?? response?.detail ?? words.textNotSent, again: status >= 429 });
    });
    request.send(fields);
  });
}

/** Where it was there already its line moves here; what had lost its tick went out of the draft to make room. */
function arrive(form, line, html, name) {
  const found = document.createElement("template");
  found.innerHTML = html; // made by the server: names are escaped there
  const list = form.querySelector("[data-attached]");
  for (const box of found.content.querySelectorAll('[name="attachment"]')) {
    [...list.querySelectorAll('[name="attachment"]')].find(({ value }) => value === box.value)?.closest("li").remove();
  }
  line.replaceWith(found.content);
  announce(fill(wordsOf(form).textKept, { name }));
}

function fail(form, line, file, { sentence, again }) {
  const words = wordsOf(form);
  const hidden = () => make("span", { class: "visually-hidden" }, `: ${file.name}`);
  const remove = make("button", { class: "button button-quiet", type: "button" }, words.textRemove, hidden());
  const retry = again ? make("button", { class: "button button-quiet", type: "button" }, words.textAgain, hidden()) : undefined;
  const leave = () => {
    failures.get(form).delete(line);
    line.remove();
    form.elements.file.focus();
  };
  remove.addEventListener("click", leave);
  retry?.addEventListener("click", () => {
    leave();
    send(form, file);
  });
  line.replaceChildren(make("div", {}, make("strong", {}, file.name), make("p", { class: "danger" }, sentence)), ...[retry, remove].filter(Boolean));
  failures.get(form).add(line);
  announce(`${file.name}: ${sentence}`);
}

const wordsOf = (form) => form.querySelector("[data-attach]").dataset;

function announce(sentence) {
  document.getElementById("announcer").textContent = sentence;
}
