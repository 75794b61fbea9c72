// New posts appear while one reads, without moving what is being read. A push is only a hint:
// each post comes through the ordinary page. Without a socket the page asks every minute, and says so.
// New posts join the last page of a thread; on an earlier one the button leads to them.

import { socket } from "../core/socket.js";
import { counted } from "../core/words.js";

const MINUTE = 60_000;
const GRACE = 3_000; // milliseconds without a socket before the reader hears of it
const PAGE = 25; // posts in one answer

const list = document.querySelector("[data-live]");
const held = new Map(); // id → article that waits for the button
const linesBefore = new WeakMap(); // article → what the thread had come to, until this post went on with it
let turn = Promise.resolve();
let grace;
let polling;
let hasWatched = false;
let isEnded = false;

/** One thing at a time: answers that cross each other would double posts. */
function inTurn(job) {
  turn = turn.then(() => (isEnded ? undefined : job())).catch(() => {}); // not reached: the next look finds it
  return turn;
}

const isLastPage = () => "lastPage" in list.dataset;
const positionOf = (article) => Number(article.dataset.position);
const shown = () => [...list.querySelectorAll("article[data-position]")];
const newest = () => Math.max(Number(list.dataset.position), ...[...shown(), ...held.values()].map(positionOf));

async function articlesAfter(position) {
  const answer = await fetch(`${list.dataset.url}?after=${position}`, { headers: { "HX-Request": "true" } });
  const isElsewhere = !new URL(answer.url).pathname.startsWith("/threads/"); // such as the sign-in page
  if (isElsewhere || answer.status === 401) return end(list.dataset.textEnded) ?? [];
  if ([403, 404].includes(answer.status)) return takeAway() ?? [];
  if (!answer.ok) throw new Error(String(answer.status));
  const page = document.createElement("template");
  page.innerHTML = await answer.text();
  ["[data-watch]", "[data-summary]"].forEach((part) => renewPart(page.content.querySelector(part), part));
  const articles = [...page.content.querySelectorAll("article[data-position]")];
  articles.forEach((article) => linesBefore.set(article, settledBefore(article)));
  return articles;
}

/** A summary written anew or further behind, and what an answer changed in one's mail. */
function renewPart(found, part) {
  const old = document.querySelector(part);
  if (found && old && found.innerHTML !== old.innerHTML) keepingPlace(() => old.replaceWith(found));
}

function settledBefore(article) {
  const lines = [];
  let before = article.previousElementSibling;
  for (; before?.classList.contains("settled"); before = before.previousElementSibling) lines.unshift(before);
  return lines;
}

async function look(place) {
  const found = await articlesAfter(newest());
  const fresh = found.filter((article) => !document.getElementById(article.id));
  fresh.forEach((article) => held.set(article.id, article));
  if (isLastPage() && fresh.some((article) => "own" in article.dataset)) show(place);
  offer();
  if (found.length >= PAGE && fresh.length) await look(place);
}

function offer() {
  const bar = document.querySelector("[data-live-bar]");
  bar.hidden = held.size === 0;
  const sentence = held.size ? counted(list.dataset.textNewOne, list.dataset.textNew, held.size) : "";
  bar.querySelector("[data-words]").textContent = sentence;
  announce(sentence);
}

/** Read out once; a live region inside the button would leave the button without a name. */
function announce(sentence) {
  const announcer = document.getElementById("announcer");
  if (announcer.textContent !== sentence) announcer.textContent = sentence;
}

/** Adds what was held back, in order, and returns the first of it. */
function show(place) {
  const articles = [...held.values()].sort((one, other) => positionOf(one) - positionOf(other));
  held.clear();
  keepingPlace(() => articles.forEach(insert), place);
  document.dispatchEvent(new CustomEvent("posts:shown"));
  return articles[0];
}

/** A deep look may bring a post that belongs before the last: positions decide. */
function insert(article) {
  const later = shown().find((other) => positionOf(other) > positionOf(article));
  if (later) later.before(article);
  else list.append(article);
  for (const line of linesBefore.get(article)) {
    document.getElementById(line.id)?.remove(); // it stood above the thread until now
    article.before(line);
  }
}

function showAsked() {
  if (!isLastPage()) return location.assign(`/posts/${[...held.keys()][0].replace("post-", "")}`);
  const first = show();
  offer();
  if (!first) return;
  first.tabIndex = -1;
  first.focus({ preventScroll: true });
}

async function renew(postId) {
  const id = `post-${postId}`;
  const old = held.get(id) ?? document.getElementById(id);
  if (!old) return;
  const found = (await articlesAfter(positionOf(old) - 1)).find((article) => article.id === id);
  if (isEnded) return;
  if (held.delete(id)) {
    if (found) held.set(id, found);
    return offer();
  }
  replace(old, found);
}

/** What changed or was hidden while nobody told us. */
async function renewAll() {
  const old = shown();
  if (old.length === 0) return look();
  const last = positionOf(old.at(-1));
  const now = new Map();
  for (let after = positionOf(old[0]) - 1; after < last; ) {
    const found = await articlesAfter(after);
    if (isEnded) return;
    if (found.length === 0) break;
    found.forEach((article) => now.set(article.id, article));
    after = positionOf(found.at(-1));
  }
  old.filter((article) => now.get(article.id)?.innerHTML !== article.innerHTML)
    .forEach((article) => replace(article, now.get(article.id)));
  await look();
}

function replace(old, found) {
  const held = old.contains(document.activeElement) ? document.activeElement.id : "";
  const menu = old.querySelector("details[open]") && found?.querySelector("details"); // a deleted post has none
  if (menu) menu.open = true;
  keepingPlace(() => (found ? old.replaceWith(found) : old.remove()));
  if (held) document.getElementById(held)?.focus({ preventScroll: true }); // a press keeps its button
  document.dispatchEvent(new CustomEvent("posts:shown"));
}

/** What the reader looks at, or the box someone types in, stays at the same height. */
function keepingPlace(change, place = placeOfReader()) {
  const before = place?.getBoundingClientRect().top;
  change();
  const moved = place?.isConnected ? place.getBoundingClientRect().top - before : 0;
  if (moved) scrollBy({ top: moved, behavior: "instant" });
}

function placeOfReader() {
  const isLookedAt = (article) => article.getBoundingClientRect().bottom > 0;
  return document.activeElement?.closest(".composer") ?? shown().find(isLookedAt);
}

function say(sentence) {
  const status = document.querySelector("[data-live-status]");
  status.querySelector("[data-words]").textContent = sentence;
  status.classList.toggle("is-said", sentence !== "");
}

function isGone() {
  if (isEnded || grace || polling) return;
  grace = setTimeout(() => {
    grace = undefined;
    say(list.dataset.textGone);
    inTurn(() => renewAll());
    polling = setInterval(() => inTurn(() => renewAll()), MINUTE);
  }, GRACE);
}

function isBack() {
  clearTimeout(grace);
  clearInterval(polling);
  if (polling) say("");
  grace = polling = undefined;
}

function watch() {
  socket.emit("thread:watch", { thread_id: Number(list.dataset.thread) }, ({ ok, result }) => {
    if (!ok) return isGone();
    isBack();
    if (hasWatched) inTurn(() => renewAll()); // what happened while the line was cut
    else if (!(result?.last_position <= newest())) inTurn(() => look()); // what came before we watched
    hasWatched = true;
  });
}

function end(sentence) {
  if (isEnded) return;
  isEnded = true;
  isBack();
  say(sentence);
}

/** The thread is hidden, or the right to read it has ended. */
function takeAway() {
  end(list.dataset.textAway);
  shown().forEach((article) => article.remove());
  document.querySelectorAll("[data-watch], [data-summary]").forEach((part) => part.replaceChildren());
  held.clear();
  offer();
}

const isOurs = ({ thread_id: id }) => String(id) === list.dataset.thread;

if (list) {
  socket.on("connect", watch);
  socket.on("disconnect", isGone);
  socket.on("connect_error", isGone);
  socket.on("thread:post", (hint) => isOurs(hint) && inTurn(() => look()));
  socket.on("thread:changed", (hint) => isOurs(hint) && inTurn(() => (hint.post_id ? renew(hint.post_id) : renewAll())));
  document.addEventListener("session:ended", () => end(list.dataset.textEnded));
  document.addEventListener("post:changed", (event) => inTurn(() => renew(event.detail.id)));
  document.addEventListener("composer:placed", (event) => inTurn(() => look(event.target)));
  document.querySelector("[data-live-bar] button").addEventListener("click", showAsked);
  if ("sessionEnded" in document.documentElement.dataset) end(list.dataset.textEnded);
  else if (socket.connected) watch();
  else isGone(); // a line that falls silent before it stands gives no sign of its own
}
