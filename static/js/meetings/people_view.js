// Who is there, per company, and who wants the word: the same row on every screen.

import { make } from "../core/elements.js";
import { counted, fill } from "../core/words.js";
import { companyOf } from "./company.js";
import { clockTime } from "./clock.js";

export function showPresent({ list, count, words, state }) {
  const companies = new Map();
  for (const person of state.present.values()) {
    const { id } = person.company;
    const name = companyOf(person.company, words);
    if (!companies.has(id)) companies.set(id, { name, people: [] });
    companies.get(id).people.push(person);
  }
  const byName = (one, other) => one.name.localeCompare(other.name, document.documentElement.lang);
  const rows = [...companies.values()].sort(byName).map(({ name, people }) => {
    const names = people.sort(byName).map((person) => `${person.name} · ${words[person.via]}`);
    return make("li", {}, make("b", {}, name), make("span", {}, ...names.flatMap((each, number) => (number ? [make("br"), each] : [each]))));
  });
  list.replaceChildren(...rows);
  count.textContent = [
    counted(words.presentOne, words.present, state.present.size),
    counted(words.companiesOne, words.companies, companies.size),
  ].join(", ");
}

/** `onWord(verb, seq)` when the chair gives or ends the word; without it there are no buttons. */
export function showRow({ list, empty, words, state, onWord }) {
  const kinds = { word: words.handWord, reply: words.handReply, order: words.handOrder };
  const button = (label, spoken, press) => {
    const made = make("button", { type: "button", class: "button", "aria-label": spoken }, label);
    made.addEventListener("click", press);
    return made;
  };
  const focused = list.contains(document.activeElement) ? document.activeElement.closest("li").dataset.seq : null;
  list.replaceChildren(
    ...state.row.map(({ seq, actor, company, kind, isSpeaking, since }) => {
      const note = isSpeaking ? fill(words.speaks, { time: clockTime(since) }) : `${companyOf(company, words)} · ${kinds[kind]}`;
      const press = isSpeaking
        ? button(words.endWord, `${words.endWord}: ${actor.name}`, () => onWord("word_end", seq))
        : button(words.giveWord, fill(words.giveWordTo, { name: actor.name }), () => onWord("word", seq));
      const who = make("div", { class: "person" }, make("div", {}, make("b", {}, actor.name), make("span", { class: "from" }, note)));
      return make("li", { class: isSpeaking ? "has-word" : "", "data-seq": seq }, who, onWord ? press : null);
    }),
  );
  if (focused) (list.querySelector(`[data-seq="${focused}"] button`) ?? list.querySelector("button"))?.focus();
  empty.hidden = state.row.length > 0;
}
