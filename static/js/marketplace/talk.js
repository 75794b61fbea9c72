// A talk, live: what is said appears on both sides, in the order of the server. What could not be sent stays below it,
// also after closing the page, until it is sent or removed; the same name goes along, so the server keeps it once.

import { answerOf, post, Refused } from "../core/http.js";
import { socket } from "../core/socket.js";
import { Outbox } from "../realtime/outbox.js";
import { PendingView } from "../realtime/pending_view.js";

const MINUTE = 60_000;
const PATIENCE = 10_000;
const list = document.querySelector("[data-talk]");
const form = document.querySelector("[data-say]");
const { dataset } = list;
const talkId = Number(dataset.talk);
const url = `/talks/${talkId}`;
const outbox = new Outbox({ send: deliver, key: dataset.unsentKey });
const pending = new PendingView({
  list: document.querySelector("[data-pending]"), words: JSON.parse(dataset.words), sprite: dataset.sprite, outbox, onAgain: (id) => outbox.again(id),
});
let seq = Number(dataset.seq);
let polling;
let wasUnseen = false; // something came in while nobody looked at this page

/** What the server knows and this page does not: lines are drawn by the server, so their page is asked. */
async function fetchNew() {
  const unseen = document.hidden ? { Purpose: "prefetch" } : {}; // else the server would take it for read
  wasUnseen = document.hidden;
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html", ...unseen } });
  if (!answer.ok || !new URL(answer.url).pathname.startsWith("/talks/")) return end();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-talk]");
  for (const line of fresh.querySelectorAll("li[id]")) {
    const old = document.getElementById(line.id);
    if (old) old.replaceWith(line);
    else list.append(line);
  }
  seq = Math.max(seq, Number(fresh.dataset.seq));
  settleShown();
}

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
    if (result.events.length) inTurn(fetchNew);
    outbox.flush();
  });
}

function gone() {
  if (polling) return;
  say(dataset.textGone);
  polling = setInterval(look, MINUTE);
}

async function look() {
  await inTurn(fetchNew);
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

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const { body } = form.elements;
  if (!body.value.trim()) return;
  outbox.add({ body: body.value, at: Date.now() });
  body.value = "";
  outbox.flush();
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
