// Behind an "@" the box suggests whom one can mention here: keys or a press choose. Fetched with the first "@".
// The box stays a box of text, so the list is told through aria-activedescendant and once through the announcer.

import { icon, make } from "../core/elements.js";

const REST = 150; // milliseconds after the last key
const BEGUN = /(?<![\p{L}\p{N}_@/.\\])@([\p{L}\p{N}][^\n@]{0,60})?$/u;
const GAP = 4; // pixels between the line and the list

export function suggestIn(form) {
  const { body, place } = form.elements;
  const list = make("ul", { class: "names", id: `${body.id}-names`, role: "listbox", hidden: true });
  let begun; // { at, typed }: the "@" before the caret, and what is typed behind it
  let dead; // the same, where no longer name can be found or none is wanted
  let asking = new AbortController();
  let timer;
  form.append(list);
  body.setAttribute("aria-autocomplete", "list");

  function look() {
    close();
    const before = body.value.slice(0, body.selectionStart);
    const found = BEGUN.exec(before);
    begun = found ? { at: found.index, typed: found[1] ?? "" } : undefined;
    if (!begun || body.selectionStart !== body.selectionEnd) return;
    if (dead?.at === begun.at && begun.typed.startsWith(dead.typed)) return;
    timer = setTimeout(() => ask(begun), REST);
  }

  async function ask(about) {
    asking = new AbortController();
    const query = new URLSearchParams({ place: place.value, q: about.typed });
    const answer = await fetch(`/names?${query}`, { headers: { Accept: "application/json" }, signal: asking.signal })
      .catch(() => undefined);
    const said = answer?.ok ? await answer.json().catch(() => undefined) : undefined;
    if (!said || begun !== about || document.activeElement !== body) return;
    if (said.people.length) open(said);
    else dead = about;
  }

  function open({ people, label, said }) {
    list.setAttribute("aria-label", label);
    list.replaceChildren(...people.map(optionOf));
    list.hidden = false;
    body.setAttribute("aria-controls", list.id);
    select(list.firstElementChild);
    lay(list, body, begun.at);
    document.getElementById("announcer").textContent = said;
  }

  function optionOf({ name, company, words, initials, hue }, number) {
    const option = make("li", { id: `${list.id}-${number}`, role: "option", "aria-selected": "false", class: "person" },
      make("span", { class: `avatar avatar-s a${hue}`, "aria-hidden": "true" }, initials),
      make("div", {}, make("b", {}, name), " ", make("span", { class: "from" }, company)));
    option.addEventListener("pointerdown", (event) => event.preventDefault()); // the box keeps the caret
    option.addEventListener("click", () => choose(words));
    return option;
  }

  function select(option) {
    chosen()?.setAttribute("aria-selected", "false");
    option.setAttribute("aria-selected", "true");
    body.setAttribute("aria-activedescendant", option.id);
  }

  const chosen = () => list.querySelector("[aria-selected=true]");

  function choose(words) {
    const { at } = begun;
    const space = /^\s/.test(body.value.slice(body.selectionStart)) ? "" : " ";
    dead = { at, typed: words };
    body.setSelectionRange(at, body.selectionStart);
    insert(`@${words}${space}`);
    close();
  }

  /** As if typed, so that it can be taken back with the keys for that. */
  function insert(text) {
    if (document.execCommand("insertText", false, text)) return;
    body.setRangeText(text, body.selectionStart, body.selectionEnd, "end");
    body.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function close() {
    clearTimeout(timer);
    asking.abort();
    list.hidden = true;
    for (const name of ["aria-controls", "aria-activedescendant"]) body.removeAttribute(name);
  }

  const keys = {
    ArrowDown: () => select(chosen().nextElementSibling ?? list.firstElementChild),
    ArrowUp: () => select(chosen().previousElementSibling ?? list.lastElementChild),
    Enter: () => chosen().click(),
    Tab: () => chosen().click(),
    Escape: () => {
      dead = begun;
      close();
    },
  };

  body.addEventListener("keydown", (event) => {
    const { key, ctrlKey, metaKey, altKey, shiftKey, isComposing } = event;
    if (list.hidden || ctrlKey || metaKey || altKey || shiftKey || isComposing) return;
    if (key in keys) {
      event.preventDefault();
      event.stopImmediatePropagation();
      keys[key]();
    } else if (["ArrowLeft", "ArrowRight", "Home", "End", "PageUp", "PageDown"].includes(key)) {
      close();
    }
  });
  body.addEventListener("input", (event) => event.isComposing || look());
  body.addEventListener("compositionend", look);
  body.addEventListener("blur", close);
  body.addEventListener("click", close);
  body.addEventListener("scroll", close);
  addEventListener("resize", () => list.hidden || lay(list, body, begun.at));
  if (document.activeElement === body) look(); // the "@" with which this was fetched
}

/** Under the line of the "@", or above it where there is no room below. */
function lay(list, body, at) {
  const line = placeOf(body, at);
  const form = list.offsetParent.getBoundingClientRect();
  const box = body.getBoundingClientRect();
  const bottom = window.visualViewport?.height ?? innerHeight;
  const top = box.top + line.bottom + GAP;
  const isBelow = top + list.offsetHeight <= bottom || box.top + line.top - GAP < list.offsetHeight;
  list.style.left = 0; // at its full width, whichever that is now
  list.style.top = `${(isBelow ? top : box.top + line.top - GAP - list.offsetHeight) - form.top}px`;
  list.style.left = `${Math.max(0, Math.min(box.left + line.left - form.left, form.width - list.offsetWidth))}px`;
}

/** Where a letter stands in the box: measured in a copy of the text before it. */
function placeOf(body, at) {
  const copy = make("div", { "aria-hidden": "true" }, body.value.slice(0, at));
  const mark = make("span", {}, "@");
  const style = getComputedStyle(body);
  for (const name of ["font", "letterSpacing", "lineHeight", "padding", "boxSizing", "width"]) copy.style[name] = style[name];
  Object.assign(copy.style, { position: "absolute", visibility: "hidden", whiteSpace: "pre-wrap", overflowWrap: "break-word" });
  copy.append(mark);
  body.after(copy);
  const { offsetTop, offsetLeft, offsetHeight } = mark;
  copy.remove();
  const top = offsetTop - body.scrollTop;
  return { top, left: offsetLeft, bottom: top + offsetHeight };
}

/** What the server says of names that are nobody's, until the next text is begun. */
export function warn(form, sentence) {
  const sprite = form.querySelector("use").getAttribute("href").split("#")[0];
  const words = make("p", {}, icon(sprite, "triangle-alert"), make("span", {}, sentence));
  const shown = make("div", { class: "banner banner-amber", role: "alert" }, words);
  form.prepend(shown);
  form.elements.body.addEventListener("input", () => shown.remove(), { once: true });
}
