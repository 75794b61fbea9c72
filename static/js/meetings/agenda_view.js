// Where the meeting is: the item, its time from the server's clock, and the steps of the agenda.

import { counted, fill } from "../core/words.js";

const MINUTE = 60_000;
const MARKS = [5, 1, 0]; // minutes left at which it is said

export class AgendaView {
  #root;
  #words;
  #state;
  #now;
  #shown; // the item of the last drawing
  #before = new Map(); // item → milliseconds that were left when we last looked

  /** `now()` is this moment by the server's clock, whatever the clock of this computer says. */
  constructor({ root, words, state, now }) {
    this.#root = root;
    this.#words = words;
    this.#state = state;
    this.#now = now;
    setInterval(() => this.tick(), 1_000);
  }

  draw() {
    const { current, items } = this.#state;
    this.#root.querySelector("[data-item-title]").textContent = current ? this.#state.title(current.id) : this.#root.dataset.title;
    for (const item of items) {
      const step = this.#root.querySelector(`[data-item="${item.id}"]`);
      const isOver = ["done", "postponed"].includes(item.state);
      step.className = item === current ? "now" : isOver ? "done" : "";
      step.toggleAttribute("aria-current", item === current);
      if (item === current) step.setAttribute("aria-current", "step");
      step.querySelector("[data-state]").textContent = isOver ? `, ${this.#words[item.state]}` : "";
    }
    for (const files of this.#root.querySelectorAll("[data-files-of]")) files.hidden = Number(files.dataset.filesOf) !== current?.id;
    if (current !== this.#shown) this.#root.querySelector("[data-time-said]").hidden = true;
    this.#shown = current;
    this.tick();
  }

  tick() {
    const timer = this.#root.querySelector("[data-timer]");
    const item = this.#state.current;
    timer.hidden = !item;
    if (!item) return;
    const left = this.#state.left(item, this.#now());
    const [figure, words] = timer.children;
    figure.textContent = left >= 0 ? clockFace(left) : counted(this.#words.overOne, this.#words.over, Math.max(1, Math.floor(-left / MINUTE)));
    const total = fill(this.#words.left, { minutes: item.minutes + item.extra });
    words.textContent = item.state === "paused" ? this.#words.paused : left >= 0 ? total : "";
    this.#say(item, left);
  }

  /** Once each, when the time passes it before one's eyes. */
  #say(item, left) {
    const before = this.#before.get(item.id);
    this.#before.set(item.id, left);
    const mark = MARKS.find((minutes) => before > minutes * MINUTE && left <= minutes * MINUTE);
    if (mark === undefined) return;
    const sentence = mark ? counted(this.#words.minutesLeftOne, this.#words.minutesLeft, mark) : this.#words.timeIsUp;
    document.getElementById("announcer").textContent = sentence;
    const words = this.#root.querySelector("[data-time-said]");
    words.textContent = sentence;
    words.hidden = false;
  }
}

/** 372000 → "06:12" */
function clockFace(milliseconds) {
  const seconds = Math.ceil(milliseconds / 1_000);
  return [Math.floor(seconds / 60), seconds % 60].map((part) => String(part).padStart(2, "0")).join(":");
}
