// What is not in the log yet, below it: being sent, or not sent, with what one can do about it.

import { icon, make } from "../core/elements.js";

const SLOW = 3_000; // milliseconds in which an answer is no news

export class PendingView {
  #list;
  #words;
  #sprite;
  #outbox;
  #onAgain;
  #timer;

  constructor({ list, words, sprite, outbox, onAgain }) {
    this.#list = list;
    this.#words = words;
    this.#sprite = sprite;
    this.#outbox = outbox;
    this.#onAgain = onAgain;
    outbox.addEventListener("changed", () => this.draw());
  }

  /** `isLost`: nothing can be sent now. */
  draw({ isLost = this.isLost } = {}) {
    this.isLost = isLost;
    clearTimeout(this.#timer);
    const { lines } = this.#outbox;
    this.#list.replaceChildren(...lines.map((line) => this.#row(line)));
    this.#list.hidden = lines.length === 0;
    if (lines.some((line) => this.#isFresh(line))) this.#timer = setTimeout(() => this.draw(), SLOW);
  }

  #isFresh = ({ state, at }) => state === "waiting" && !this.isLost && Date.now() - at < SLOW;

  #row(line) {
    const { client_id: id, body, state, reason } = line;
    if (this.#isFresh(line)) return make("li", { class: "unsent" }, this.#text(body, make("p", { class: "soft small" }, this.#words.sending)));
    const sentence = state === "itemOver" ? this.#words.itemOver : [this.#words.unsent, reason].filter(Boolean).join(" ");
    const again = this.#button("rotate-ccw", state === "itemOver" ? this.#words.placeAnyway : this.#words.resend, () => this.#onAgain(id));
    const discard = this.#button("trash-2", this.#words.discard, () => this.#outbox.settle(id), "button-quiet");
    return make("li", { class: "unsent" }, this.#text(body, make("p", { class: "state" }, sentence), make("p", { class: "actions" }, again, discard)));
  }

  #text(body, ...more) {
    return make("div", {}, make("p", { class: "words" }, body), ...more);
  }

  #button(sign, label, press, kind = "") {
    const button = make("button", { type: "button", class: `button ${kind}` }, icon(this.#sprite, sign), label);
    button.addEventListener("click", press);
    return button;
  }
}
