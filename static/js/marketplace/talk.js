// A talk, live: what is said appears on both sides, in the order of the server. What could not be sent stays in
// sight and can be sent again; the same name goes along, so the server keeps it once.

import { answerOf, post } from "../core/http.js";
import { newId } from "../core/ids.js";
import { socket } from "../core/socket.js";

const MINUTE = 60_000;
const list = document.querySelector("[data-talk]");
const form = document.querySelector("[data-say]");
const talkId = Number(list.dataset.talk);
let seq = Number(list.dataset.seq);
let polling;

/** What the server knows and this page does not: lines are drawn by the server, so their page is asked. */
async function fetchNew() {
  const answer = await fetch(location.pathname, { headers: { Accept: "text/html" } });
  if (!answer.ok || !new URL(answer.url).pathname.startsWith("/talks/")) return end();
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-talk]");
  for (const line of fresh.querySelectorAll("li[id]")) {
    const old = document.getElementById(line.id);
    if (old) old.replaceWith(line);
    else list.append(line);
  }
  seq = Math.max(seq, Number(fresh.dataset.seq));
  for (const line of list.querySelectorAll(".is-unsent[data-sent]")) line.remove();
}

let turn = Promise.resolve();
const inTurn = (job) => (turn = turn.then(job).catch(() => {})); // not reached: the next look finds it

function heard(event) {
  if (event.talk_id !== talkId || event.seq <= seq) return;
  inTurn(fetchNew);
}

function join() {
  socket.emit("talk:join", { talk_id: talkId, after: seq }, ({ ok, result }) => {
    if (!ok) return say(list.dataset.textGone);
    clearInterval(polling);
    polling = undefined;
    say("");
    if (result.events.length) inTurn(fetchNew);
  });
}

function gone() {
  if (polling) return;
  say(list.dataset.textGone);
  polling = setInterval(() => inTurn(fetchNew), MINUTE);
}

function end() {
  clearInterval(polling);
  say(list.dataset.textEnded);
}

function say(sentence) {
  const status = document.querySelector("[data-live-status]");
  status.querySelector("[data-words]").textContent = sentence;
  status.classList.toggle("is-said", sentence !== "");
}

/** By the socket where there is one, else by the plain form's address: both keep it once. */
async function send(fields) {
  if (socket.connected) {
    const { ok, error } = await socket.timeout(10_000).emitWithAck("talk:say", { talk_id: talkId, ...fields });
    return ok ? "" : error;
  }
  const answer = await post(form.action, fields);
  return answer.ok ? "" : ((await answerOf(answer)).error ?? list.dataset.textUnsent);
}

async function trySending(fields, line) {
  try {
    const error = await send(fields);
    if (error) return unsent(fields, line, error);
    line.dataset.sent = "";
    await inTurn(fetchNew);
  } catch {
    unsent(fields, line, list.dataset.textUnsent);
  }
}

/** What is on its way, as plain text; it goes once the server's own line is there. */
function shown(fields) {
  const line = document.createElement("li");
  line.className = "is-own is-unsent";
  const words = document.createElement("p");
  words.className = "bubble note";
  words.textContent = fields.body;
  line.append(words);
  list.append(line);
  return line;
}

function unsent(fields, line, sentence) {
  line.querySelector("[data-again]")?.remove();
  const again = document.createElement("p");
  again.dataset.again = "";
  again.className = "note actions";
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button";
  button.textContent = list.dataset.textAgain;
  button.addEventListener("click", () => {
    again.remove();
    trySending(fields, line);
  });
  again.append(sentence, button);
  line.append(again);
}

form?.addEventListener("submit", (event) => {
  event.preventDefault();
  const fields = { body: form.elements.body.value, client_id: form.elements.client_id.value || newId() };
  if (!fields.body.trim()) return;
  form.elements.body.value = "";
  form.elements.client_id.value = newId();
  trySending(fields, shown(fields));
});

socket.on("connect", join);
socket.on("disconnect", gone);
socket.on("connect_error", gone);
socket.on("talk:event", heard);
socket.on("talk:changed", (event) => event.talk_id === talkId && inTurn(fetchNew));
document.addEventListener("session:ended", end);
if ("sessionEnded" in document.documentElement.dataset) end();
else if (socket.connected) join();
