// What the log comes to: which item runs since when, who wants the word, who is there. Every screen folds the same log.

const ORDER = "order"; // a point of order goes first

export class RoomState {
  meeting;
  chair;
  items;
  hands = [];
  present = new Map();
  goesOn = false; // the item that started last had been paused

  /** `items`: {id, title, minutes} in the order of the agenda. */
  constructor({ meeting, chair, items }) {
    this.meeting = meeting;
    this.chair = chair;
    this.items = items.map((item) => ({ ...item, state: "planned", extra: 0, ran: 0, since: null }));
  }

  /** The item that runs or is paused. */
  get current() {
    return this.items.find(({ isCurrent }) => isCurrent);
  }

  get next() {
    return this.items.find((item) => item.state === "planned");
  }

  get speaker() {
    return this.hands.find(({ isSpeaking }) => isSpeaking);
  }

  item(id) {
    return this.items.find((item) => item.id === id);
  }

  /** What stands for each item now. */
  rename(items) {
    for (const { id, title } of items) Object.assign(this.item(id) ?? {}, { title });
  }

  /** "3. Restwarmte" */
  title(id) {
    const number = this.items.findIndex((item) => item.id === id);
    return number < 0 ? "" : `${number + 1}. ${this.items[number].title}`;
  }

  /** The row as everyone sees it: who speaks, points of order, then by seq. */
  get row() {
    const weight = ({ isSpeaking, kind }) => (isSpeaking ? 0 : kind === ORDER ? 1 : 2);
    return [...this.hands].sort((one, other) => weight(one) - weight(other) || one.seq - other.seq);
  }

  hasHandUp(person) {
    return this.hands.some(({ actor, isSpeaking }) => actor.id === person && !isSpeaking);
  }

  /** Milliseconds left of an item at this moment of the server; negative when it runs over. */
  left(item, now) {
    return (item.minutes + item.extra) * 60_000 - item.ran - (item.since === null ? 0 : now - item.since);
  }

  apply({ type, seq, at, actor, company, item_id: id, payload }) {
    const change = this.#changes[type];
    if (change) change({ seq, at: Date.parse(at), actor, company, item: this.item(payload.item_id ?? id), payload });
  }

  #changes = {
    opened: () => (this.meeting = "open"),
    suspended: () => (this.meeting = "suspended"),
    resumed: () => (this.meeting = "open"),
    closed: () => (this.meeting = "closed"),
    chair_taken: ({ actor }) => (this.chair = actor.id),
    item_started: ({ item, at }) => this.#start(item, at),
    item_ended: ({ item, at }) => this.#halt(item, at, "done"),
    item_postponed: ({ item, at }) => this.#halt(item, at, "postponed"),
    item_paused: ({ item, at }) => this.#pause(item, at),
    item_extended: ({ item, payload }) => item && (item.extra += payload.minutes),
    hand: ({ seq, actor, company, payload }) => {
      this.#lower(actor);
      this.hands.push({ seq, actor, company, kind: payload.kind, isSpeaking: false });
    },
    hand_down: ({ actor }) => this.#lower(actor),
    word: ({ payload, at }) => {
      this.hands = this.hands.filter((hand) => !hand.isSpeaking);
      const hand = this.hands.find(({ seq }) => seq === payload.seq);
      if (hand) Object.assign(hand, { isSpeaking: true, since: at });
    },
    word_end: ({ payload }) => (this.hands = this.hands.filter(({ seq }) => seq !== payload.seq)),
    arrived: ({ actor, company, payload }) =>
      this.present.set(actor.id, { id: actor.id, name: actor.name, company, via: payload.via }),
    left: ({ actor }) => this.present.delete(actor.id),
  };

  #start(item, at) {
    if (!item) return;
    const goesOn = (this.goesOn = Boolean(item.isCurrent));
    for (const each of this.items) each.isCurrent = false;
    Object.assign(item, { state: "running", since: at, isCurrent: true });
    if (!goesOn) this.hands = []; // another item, another row
  }

  #pause(item, at) {
    this.#halt(item, at, "paused");
    if (item) item.isCurrent = true;
  }

  #halt(item, at, state) {
    if (!item) return;
    item.ran += item.since === null ? 0 : at - item.since;
    Object.assign(item, { state, since: null, isCurrent: false });
  }

  #lower(actor) {
    this.hands = this.hands.filter((hand) => hand.actor.id !== actor.id || hand.isSpeaking);
  }
}
