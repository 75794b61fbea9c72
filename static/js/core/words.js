// Sentences come from the page, in the reader's language; a script only fills in the gaps.

/** "Draft saved {time}" with {time: "14:32"}. */
export function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (gap, name) => (name in values ? String(values[name]) : gap));
}

/** The sentence for one or for more, the number filled in as people write it: 1.250. */
export function counted(one, more, num) {
  return fill(num === 1 ? one : more, { num: num.toLocaleString(document.documentElement.lang) });
}
