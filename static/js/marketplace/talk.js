// A talk, live: what is said appears on both sides, in the order of the server. What could not be sent stays below it,
// also after closing the page, until it is sent or removed; the same name goes along, so the server keeps it once.

import { answerOf, post, Refused } from "../core/http.js";
import { socket } from "../core/socket.js";
import { counted } from "../core/words.js";
import { Outbox } from "../realtime/outbox.js";
import { PendingView } from "../realtime/pending_view.js";

const MINUTE = 60_000;
const PATIENCE = 10_000;
const MANY = 20; // lines at once that are not read aloud
const SAID_FOR = 10_000; // milliseconds that "12 messages fetched" stands there
const list = document.querySelector("[data-talk]");
const form = document.querySelector("[data-say]");
const { dataset } = list;
const talkId = Number(dataset.talk);
const url = `/talks/${talkId}`;
const words = JSON.parse(dataset.words);
const isOlder = "older" in dataset; // a page that does not end with what was said last
const outbox = new Outbox({ send: deliver, key: dataset.unsentKey });
const pending = new PendingView({
  list: document.querySelector("[data-pending]"), words, sprite: dataset.sprite, outbox, onAgain: (id) => outbox.again(id),
});
let seq = Number(dataset.seq);
let polling;
let wasUnseen = false; // something came in while nobody looked at this page
let unseenHere = 0; // what was said since an older page was opened

/** What the server knows and this page does not: lines are drawn by the server, so their pages are asked. */
async function fetchNew() {
  const { lines, last } = isOlder ? await pageAt(location.href) : await pagesSince(seq);
  if (lines.filter(isMissing).length > MANY) quietly(() => lines.forEach(put));
  else lines.forEach(put);
  const fresh = lines.filter((line) => seqOf(line) > seq && !line.classList.contains("is-own")).length;
  if (isOlder && last > seq) showNews(last - seq);
  seq = Math.max(seq, last);
  settleShown();
  return fresh;
}

const isMissing = ({ id }) => !document.getElementById(id);

function put(line) {
  if (!isMissing(line)) document.getElementById(line.id).replaceWith(line);
  else if (!isOlder) list.append(line);
}

/** Nobody wants an hour of talk read aloud: how many there were is said. */
function quietly(add) {
  const log = list.closest("[role=log]");
  log.setAttribute("aria-live", "off");
  add();
  setTimeout(() => log.setAttribute("aria-live", "polite"), 100);
}

/** The newest page, and those before it until nothing is missing between them and `after`. */
async function pagesSince(after) {
  const newest = await pageAt(url);
  const { lines } = newest;
  while (lines.length && seqOf(lines[0]) > after + 1) {
    const { lines: earlier } = await pageAt(`${url}?before=${seqOf(lines[0])}`);
    if (!earlier.length) break;
    lines.unshift(...earlier);
  }
  return newest;
}

/** Throws where there is none: for now, or, where the talk cannot be read any more, for good. */
async function pageAt(address) {
  const unseen = document.hidden ? { Purpose: "prefetch" } : {}; // else the server would take it for read
  wasUnseen = document.hidden;
  const answer = await fetch(address, { headers: { Accept: "text/html", ...unseen } });
  const isThere = new URL(answer.url).pathname.startsWith("/talks/");
  if (!isThere || [401, 403, 404].includes(answer.status)) end();
  if (!isThere || !answer.ok) throw new Error(`no talk: ${answer.status}`);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const log = page.querySelector("[data-talk]");
  return { lines: [...log.querySelectorAll("li[id]")], last: Number(log.dataset.seq) };
}

const seqOf = (line) => Number(line.id.replace("line-", ""));

/** What is said now does not follow on an older page: a link leads there, and below it stands how many came. */
function showNews(count) {
  unseenHere += count;
  tell(counted(words.newOne, words.new, unseenHere));
}

/** After a while without a connection: fetched, and said once how many there were. */
async function catchUp() {
  const count = await inTurn(fetchNew);
  if (count) {
    tell(counted(words.fetchedOne, words.fetched, count));
    clearTimeout(catchUp.timer);
    catchUp.timer = setTimeout(() => tell(""), SAID_FOR);
  }
}

const tell = (sentence) => (document.querySelector("[data-fetched]").textContent = sentence);

let turn = Promise.resolve();
const inTurn = (job) => (turn = turn.then(job).catch(() => {})); // not reached: the next look finds it

/** What the log has waits no more, also where its answer never came. */
function settleShown() {
  for (const line of list.querySelectorAll("[data-sent-as]")) outbox.settle(line.dataset.sentAs);
}

function heard(event) {
  if (event.talk_id !== talkId || event.seq <= seq) return;
  inTurn(fetchNew);
}

function join() {
  socket.emit("talk:join", { talk_id: talkId, after: seq }, ({ ok, result }) => {
    if (!ok) return say(dataset.textGone);
    clearInterval(polling);
    polling = undefined;
    say("");
    if (result.events.length) catchUp();
    outbox.flush();
  });
}

function gone() {
  if (polling) return;
  say(dataset.textGone);
  polling = setInterval(look, MINUTE);
}

async function look() {
  await catchUp();
  outbox.flush();
}

function end() {
  clearInterval(polling);
  say(dataset.textEnded);
}

function say(sentence) {
  const status = document.querySelector("[data-live-status]");
  status.querySelector("[data-words]").textContent = sentence;
  status.classList.toggle("is-said", sentence !== "");
}

/** Throws Refused with the server's sentence; anything else says that nobody knows. It waits until its line is here. */
async function deliver({ client_id: name, body }) {
  const { ok, error } = await (socket.connected ? bySocket : byForm)({ client_id: name, body });
  if (!ok) throw new Refused(error);
  await inTurn(fetchNew);
}

const bySocket = (fields) => socket.timeout(PATIENCE).emitWithAck("talk:say", { talk_id: talkId, ...fields });

/** The plain form's address: the server keeps it once, whichever way it comes. */
async function byForm(fields) {
  const answer = await post(`${url}/messages`, fields, { signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status === 401) end();
  if (answer.status === 401 || answer.status >= 500) throw new Error(`no answer: ${answer.status}`);
  return { ok: answer.ok, ...(await answerOf(answer)) };
}

form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { body } = form.elements;
  if (!body.value.trim()) return;
  outbox.add({ body: body.value, at: Date.now() });
  body.value = "";
  await outbox.flush();
  if (isOlder && !outbox.lines.length) location.assign(url); // as the plain form does: to one's own words
});

socket.on("connect", join);
socket.on("disconnect", gone);
socket.on("connect_error", gone);
socket.on("talk:event", heard);
socket.on("talk:changed", (event) => event.talk_id === talkId && inTurn(fetchNew));
document.addEventListener("visibilitychange", () => !document.hidden && wasUnseen && inTurn(fetchNew));
document.addEventListener("session:ended", end);
settleShown();
pending.draw();
if ("sessionEnded" in document.documentElement.dataset) end();
else if (socket.connected) join();
