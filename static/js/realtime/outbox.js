// What was written and is not yet in the log: sent in order, each under a name of its own, until the server has it.
// It outlives the page, except in a confidential group. Rooms of meetings and talks use it.

import { Refused } from "../core/http.js";
import { newId } from "../core/ids.js";

/** @typedef {{client_id: string, body: string, reply_to: ?number, item: ?number, state: string, reason: ?string}} Unsent */

const NOTHING = () => null; // a talk has no items

export class Outbox extends EventTarget {
  #send;
  #key;
  #isFlushing = false;
  /** @type {Unsent[]} in the order of writing; `state` is waiting, unsent (someone must say so again) or itemOver */
  lines;

  /** `key`: where the browser keeps them, or none. */
  constructor({ send, key }) {
    super();
    this.#send = send;
    this.#key = key;
    this.lines = this.#kept().map((line) => ({ ...line, state: "unsent" })); // of an earlier page: ask first
  }

  add(line) {
    this.lines.push({ client_id: newId(), state: "waiting", ...line });
    this.#changed();
  }

  /** The log has it: under this name nothing waits any more. */
  settle(clientId) {
    const before = this.lines.length;
    this.lines = this.lines.filter((line) => line.client_id !== clientId);
    if (this.lines.length !== before) this.#changed();
  }

  /** Send what waits, one after the other. `running` gives the item that runs at that moment. */
  async flush(running = NOTHING) {
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    for (let line; (line = this.lines.find(({ state }) => state === "waiting")); ) {
      if ((line.item ?? null) !== running()) this.#mark(line, "itemOver");
      else if (!(await this.#try(line))) break;
    }
    this.#isFlushing = false;
  }

  again(clientId, running = NOTHING) {
    const line = this.lines.find(({ client_id: id }) => id === clientId);
    if (!line) return;
    Object.assign(line, { item: running(), reason: null });
    this.#mark(line, "waiting");
    this.flush(running);
  }

  #try({ client_id, body, reply_to }) {
    return this.#send({ client_id, body, reply_to }).then(
      () => (this.settle(client_id), true),
      (failure) => {
        const line = this.lines.find(({ client_id: id }) => id === client_id);
        if (!line) return true; // it came back in the log meanwhile
        if (!(failure instanceof Refused)) return false; // no answer: it goes on waiting
        line.reason = failure.message;
        this.#mark(line, "unsent");
        return true;
      },
    );
  }

  #mark(line, state) {
    line.state = state;
    this.#changed();
  }

  #changed() {
    if (this.#key) {
      if (this.lines.length) localStorage.setItem(this.#key, JSON.stringify(this.lines));
      else localStorage.removeItem(this.#key);
    }
    this.dispatchEvent(new CustomEvent("changed"));
  }

  #kept() {
    try {
      return this.#key ? JSON.parse(localStorage.getItem(this.#key) ?? "[]") : [];
    } catch {
      return [];
    }
  }
}
