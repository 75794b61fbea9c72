// The log on the page: one entry a line, in the order of seq. A screen reader hears each new one once.

import { icon, make } from "../core/elements.js";
import { counted, fill } from "../core/words.js";
import { clockTime } from "./clock.js";
import { companyOf } from "./company.js";

const SIGNS = { item: "skip-forward", word: "hand", meeting: "circle-dot" };

export class LogView {
  #list;
  #words;
  #sprite;
  #state;
  #lines = new Map(); // seq → {event, row}
  #notes = []; // what it says of an item, and how to say it again

  constructor({ list, words, sprite, state }) {
    this.#list = list;
    this.#words = words;
    this.#sprite = sprite;
    this.#state = state;
  }

  line(seq) {
    return this.#lines.get(seq)?.event;
  }

  /** What comes in bulk is not read out: it was said before. */
  async quietly(add) {
    const log = this.#list.closest("[role=log]");
    log.setAttribute("aria-live", "off");
    add();
    await new Promise((done) => setTimeout(done, 100));
    log.setAttribute("aria-live", "polite");
  }

  show(event) {
    const { type, payload } = event;
    if (type === "line") this.#addLine(event);
    else if (type === "line_changed") this.#renew(payload.seq, { body: payload.body, edited_at: event.at });
    else if (type === "line_removed") this.#renew(payload.seq, { body: "", removed: true });
    else if (type === "line_hidden") this.#renew(payload.seq, { hidden: true, why: payload.why });
    else if (type === "line_unhidden") this.#renew(payload.seq, { ...payload.line, hidden: false, why: undefined });
    else this.#addNote(event);
  }

  /** Items are called otherwise: what was said of them names them so. */
  rename() {
    for (const again of this.#notes) again();
  }

  #addLine(event) {
    const row = make("li", { id: `line-${event.seq}`, "data-seq": event.seq });
    this.#lines.set(event.seq, { event, row });
    this.#fill(row, event);
    this.#list.append(row);
  }

  #renew(seq, change) {
    const line = this.#lines.get(seq);
    if (!line || line.event.payload.removed) return;
    Object.assign(line.event.payload, change);
    this.#fill(line.row, line.event);
  }

  #fill(row, { seq, at, actor, company, payload }) {
    const { removed, hidden, why, body, edited_at: editedAt, reply_to: replyTo } = payload;
    const isOut = removed || hidden || body === undefined; // it was said while it was hidden
    const said = isOut
      ? make("p", { class: "soft" }, removed ? this.#words.removed : (why ?? this.#words.hidden))
      : make("p", { class: "words" }, body);
    const who = make("p", {}, make("b", {}, actor?.name ?? ""), " ", make("span", {}, `· ${companyOf(company, this.#words)}`));
    if (editedAt && !removed) who.append(" ", make("span", {}, `· ${this.#words.edited}`));
    const answered = replyTo && this.line(replyTo);
    const reply = answered &&
      make("p", { class: "reply" }, make("a", { href: `#line-${replyTo}` }, fill(this.#words.replyTo, { name: answered.actor.name })));
    row.classList.toggle("is-gone", Boolean(isOut));
    row.replaceChildren(this.#time(at, `#line-${seq}`), make("div", {}, who, reply, said));
  }

  #time(at, address) {
    const time = make("time", { datetime: at }, clockTime(at));
    return address ? make("a", { class: "when plain", href: address }, time) : time;
  }

  #addNote(event) {
    const { goesOn } = this.#state; // as it was when this happened
    const [sentence, sign] = this.#sentence(event, goesOn);
    if (!sentence) return;
    const said = make("p", {}, icon(this.#sprite, sign), sentence);
    if (event.type.startsWith("item")) this.#notes.push(() => (said.lastChild.data = this.#sentence(event, goesOn)[0]));
    this.#list.append(make("li", { class: "sys" }, this.#time(event.at), said));
  }

  #sentence({ type, actor, payload, item_id: id }, goesOn) {
    const words = this.#words;
    const name = actor?.name ?? "";
    const item = this.#state.title(payload.item_id ?? id);
    const says = {
      opened: () => fill(words.opened, { name }),
      suspended: () => fill(payload.reason ? words.suspendedBecause : words.suspended, { name, reason: payload.reason }),
      resumed: () => words.resumed,
      closed: () => fill(words.closed, { name }),
      chair_taken: () => fill(words.chairTaken, { name }),
      item_started: () => fill(goesOn ? words.itemGoesOn : words.itemStarted, { item }),
      item_ended: () => fill(words.itemEnded, { item }),
      item_paused: () => fill(words.itemPaused, { item }),
      item_postponed: () => fill(words.itemPostponed, { item }),
      item_extended: () => counted(words.itemExtendedOne, words.itemExtended, payload.minutes),
      word: () => fill(words.word, { name: this.#state.speaker?.actor.name ?? "" }),
    }[type];
    const sign = type.startsWith("item") ? SIGNS.item : (SIGNS[type] ?? SIGNS.meeting);
    return says ? [says(), sign] : [];
  }
}
