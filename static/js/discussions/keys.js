// Shortcuts: g o, g w, /, n, r, j, k and ? for the list. Never while someone types, and they can be turned off.

const OFF = "brink:keys-off";
const TYPED_IN = "input:not([type=checkbox], [type=radio], [type=file]), textarea, select, [contenteditable]";
const PAUSE = 1_500; // milliseconds in which the second key of "g o" must come

const dialog = document.querySelector("[data-keys]");
let isAfterG = false;
let timer;

const isOff = () => localStorage.getItem(OFF) !== null;

const isTyping = ({ target }) =>
  target instanceof Element && target.closest(TYPED_IN) !== null;

const steps = {
  "/": () => search(),
  n: () => follow("n"),
  r: () => reply(),
  j: () => walk(1),
  k: () => walk(-1),
  "?": () => dialog.showModal(),
};

function follow(key) {
  document.querySelector(`[data-key="${key}"]`)?.click();
}

/** Into the first box that is in sight: the page's own, or the rail's; where there is none, to the page that has one. */
function search() {
  const boxes = ["main", ".rail"].flatMap((place) => [...document.querySelectorAll(`${place} [data-search]`)]);
  const field = boxes.find((box) => box.checkVisibility());
  if (!field) return document.querySelector("[data-search-page]")?.click();
  field.focus();
  field.select();
}

function reply() {
  const field = document.querySelector("#reply textarea");
  if (field) field.focus();
  else follow("r");
}

/** To the next or previous post, seen from where the reader is. */
function walk(step) {
  const posts = [...document.querySelectorAll("article.post")];
  if (!posts.length) return;
  const here = posts.indexOf(document.activeElement?.closest("article.post"));
  const next = here === -1 ? posts.find((post) => post.getBoundingClientRect().bottom > 80) : posts[here + step];
  if (!next) return;
  next.tabIndex = -1;
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: "start" });
}

function go(key) {
  const address = { o: dialog.dataset.home, w: dialog.dataset.groups }[key];
  if (address) location.assign(address);
}

function press(event) {
  if (event.ctrlKey && event.key === "/") return dialog.showModal(); // also when the single keys are off
  if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (isOff() || isTyping(event) || document.querySelector("dialog[open]")) return;
  if (isAfterG) {
    isAfterG = false;
    return go(event.key);
  }
  if (event.key === "g") {
    isAfterG = true;
    clearTimeout(timer);
    timer = setTimeout(() => (isAfterG = false), PAUSE);
    return;
  }
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  step();
}

if (dialog) {
  const box = dialog.querySelector("[data-keys-on]");
  box.checked = !isOff();
  box.addEventListener("change", () => (box.checked ? localStorage.removeItem(OFF) : localStorage.setItem(OFF, "1")));
  document.addEventListener("keydown", press);
}
