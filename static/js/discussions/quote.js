// "Quote" puts what is selected in a post into the box, or the whole post, with whose it is and a link to it.

const bar = document.querySelector("[data-quote-bar]");
const composer = document.querySelector("[data-composer]");
const GAP = 8; // pixels between what is selected and the button

/** What is selected, when it all lies in the text of one post that can be quoted. */
function selected() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed || !selection.toString().trim()) return undefined;
  const range = selection.getRangeAt(0);
  const around = range.commonAncestorContainer;
  const article = (around.closest ? around : around.parentElement)?.closest(".post");
  if (!article?.querySelector("[data-quote]") || !article.querySelector(".prose").contains(around)) return undefined;
  return { article, range, text: selection.toString().trim() };
}

/** Signs that mean something in Markdown say no more than they did. */
const escaped = (text) =>
  text.replace(/[\\`*[\]<]|(?<!\w)_|_(?!\w)/g, "\\$&").replace(/^(\s*)([#>+-]|\d+(?=[.)]))/gm, (_all, space, sign) =>
    /\d/.test(sign) ? `${space}${sign}\\` : `${space}\\${sign}`);

function quoteOf(article, text) {
  const heading = article.querySelector("h3").textContent.replace(/\s+/g, " ").trim();
  const lines = [`[${escaped(heading)}](/posts/${article.id.replace("post-", "")}):`, "", ...escaped(text).split("\n")];
  return `${lines.map((line) => `> ${line}`.trimEnd()).join("\n")}\n\n`;
}

/** At the end of the box; what stands there stays. */
function insert(quote) {
  const { body } = composer.elements;
  body.value = [body.value.trimEnd(), quote].filter(Boolean).join("\n\n");
  body.dispatchEvent(new Event("input", { bubbles: true }));
  getSelection().removeAllRanges();
  bar.hidden = true;
  body.focus();
  body.setSelectionRange(body.value.length, body.value.length);
  body.scrollTop = body.scrollHeight;
}

async function quoteAll(link) {
  const answer = await fetch(link.href, { headers: { Accept: "application/json" } }).catch(() => undefined);
  const { text } = answer?.ok ? await answer.json().catch(() => ({})) : {};
  if (text) insert(text);
  else location.assign(link.href); // the page says why not; the box is kept as a draft
}

function offer() {
  const found = selected();
  bar.hidden = !found;
  if (!found) return;
  const place = found.range.getBoundingClientRect();
  const origin = bar.offsetParent?.getBoundingClientRect() ?? document.body.getBoundingClientRect();
  const most = document.documentElement.clientWidth - bar.offsetWidth - GAP;
  bar.style.top = `${place.bottom - origin.top + GAP}px`;
  bar.style.left = `${Math.max(GAP, Math.min(place.left, most)) - origin.left}px`;
}

if (bar && composer) {
  document.addEventListener("selectionchange", () => requestAnimationFrame(offer));
  bar.addEventListener("pointerdown", (event) => event.preventDefault()); // the press leaves the selection
  bar.addEventListener("click", () => {
    const found = selected();
    if (found) insert(quoteOf(found.article, found.text));
  });
  document.addEventListener("click", (event) => {
    const link = event.target.closest?.("[data-quote]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    const found = selected();
    if (found?.article === link.closest(".post")) insert(quoteOf(found.article, found.text));
    else quoteAll(link);
  });
  offer(); // what was selected while this was fetched
}
