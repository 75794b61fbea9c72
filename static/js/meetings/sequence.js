// Events in the order of their seq, each once, whatever the order in which they come. A gap is asked for.

const GRACE = 1_500; // milliseconds: under load deliveries overtake one another

export class Sequence {
  last = 0;
  #early = new Map();
  #show;
  #fetchMissing;
  #timer;

  constructor({ show, fetchMissing }) {
    this.#show = show;
    this.#fetchMissing = fetchMissing;
  }

  /** Show what follows on what there is. */
  take(events) {
    for (const event of events) if (event.seq > this.last) this.#early.set(event.seq, event);
    for (let next; (next = this.#early.get(this.last + 1)); ) {
      this.#early.delete(next.seq);
      this.last = next.seq;
      this.#show(next);
    }
    this.#watch();
  }

  #watch() {
    clearTimeout(this.#timer);
    if (this.#early.size) this.#timer = setTimeout(this.#fetchMissing, GRACE);
  }
}
