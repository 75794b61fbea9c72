// The live room of a meeting: the log and what it comes to, and what one does in it.

import { Refused } from "../core/http.js";
import { newId } from "../core/ids.js";
import { counted, fill } from "../core/words.js";
import { Outbox } from "../realtime/outbox.js";
import { PendingView } from "../realtime/pending_view.js";
import { AgendaView } from "./agenda_view.js";
import { clockTime } from "./clock.js";
import { Connection } from "./connection.js";
import { LogView } from "./log_view.js";
import { showPresent, showRow } from "./people_view.js";
import { freshWords } from "./room_words.js";
import { Sequence } from "./sequence.js";
import { RoomState } from "./state.js";

const SAID_FOR = 10_000; // milliseconds that "12 messages fetched" stands there
const CAN_CHANGE = 5 * 60_000;
const TURN = 10_000; // between asking the lead to take the chair, and asking the next

const root = document.querySelector("[data-room]");
const find = (name) => root.querySelector(`[data-${name}]`);
const { dataset } = root;
const words = JSON.parse(dataset.words);
const me = Number(dataset.me);
const official = Number(dataset.chair);
const say = find("say");

const items = JSON.parse(dataset.items);
const state = new RoomState({ meeting: dataset.state, chair: Number(dataset.acting) || official, items });
const log = new LogView({ list: find("log"), words, sprite: dataset.sprite, state });
const sequence = new Sequence({ show, fetchMissing });
const connection = new Connection({
  meeting: Number(dataset.room), url: dataset.url, last: () => sequence.last, isReadingOnly: dataset.state === "closed",
});
const outbox = new Outbox({ send: (fields) => connection.send("say", fields), key: dataset.unsentKey });
const pending = new PendingView({
  list: find("pending"), words, sprite: dataset.sprite, outbox, onAgain: (id) => outbox.again(id, running),
});

let offset = 0; // what the server's clock is ahead of ours
let line = "connecting";
let isFirst = true;
let isBehind = false; // something was missed: the line was lost, or a seq did not come
let fetched = 0; // messages that came since, over all pages
let chosen; // the event of the line that one answers, changes or removes
let changing = false;
let aside = ""; // what was being typed when the change of a line began
let drawing;

const now = () => Date.now() + offset;
const running = () => state.current?.id ?? null; // the item that one speaks to now
const agenda = new AgendaView({ root, words, state, now });

function show(event) {
  state.apply(event);
  log.show(event);
  if (event.client_id) outbox.settle(event.client_id);
  if (event.type === "closed") connection.rest();
  if (event.type === "chair_taken" && event.actor.id === me && !isFirst) location.reload(); // with the chair's buttons
}

function take(events) {
  sequence.take(events);
  draw();
}

/** Once for all that comes together. */
function draw() {
  drawing ??= requestAnimationFrame(() => {
    drawing = undefined;
    agenda.draw();
    showPresent({ list: find("present"), count: find("present-count"), words, state });
    showRow({ list: find("speakers"), empty: find("no-speakers"), words, state, onWord: "chairs" in dataset ? (verb, seq) => act(verb, { seq }) : null });
    find("empty").hidden = find("log").children.length > 0;
    drawButtons();
    drawHand();
    askForChair();
  });
}

/** Each button says when it has a meaning. */
function drawButtons() {
  const { current, next } = state;
  const tokens = new Set([
    state.meeting, ["open", "suspended"].includes(state.meeting) ? "begun" : "", next ? "next" : "last",
    ...(current ? ["item", `item-${current.state}`] : []),
  ]);
  for (const element of root.querySelectorAll("[data-when]")) {
    element.hidden = !element.dataset.when.split(" ").every((token) => tokens.has(token));
  }
  for (const field of root.querySelectorAll("[data-of]")) field.value = { next: next?.id, current: current?.id }[field.dataset.of] ?? "";
  for (const part of root.querySelectorAll(".chair, .aside")) part.hidden = state.meeting === "closed";
  root.querySelector(".say-box").hidden = state.meeting === "closed" && !outbox.lines.length;
  say.querySelector("[data-send]").disabled = state.meeting !== "open" || line === "ended";
}

function drawHand() {
  const isUp = state.hasHandUp(me);
  for (const form of root.querySelectorAll("[data-hand]")) form.hidden = (form.dataset.hand === "up") !== isUp;
}

const isChairThere = () => [state.chair, official].some((id) => state.present.has(id));

/** When the chair drops out: the lead at once, then deputies, secretary and coordinator, each a little later. */
function askForChair() {
  const banner = find("take-chair");
  if (!banner) return;
  const isAway = ["open", "suspended"].includes(state.meeting) && line === "live" && !isChairThere() && state.chair !== me;
  if (!isAway) {
    clearTimeout(askForChair.timer);
    askForChair.timer = undefined;
    banner.hidden = true;
  } else {
    askForChair.timer ??= setTimeout(() => (banner.hidden = false), Number(dataset.turn) * TURN);
  }
}

// --- The line to the server ---

connection.addEventListener("state", ({ detail }) => {
  line = detail;
  const tag = find("line");
  if (line === "ended") tag.hidden = false; // in a closed room nothing says that one is connected
  tag.className = `tag ${line === "live" ? "tag-moss" : "tag-amber"}`;
  tag.querySelector("use").setAttribute("href", `${dataset.sprite}#${line === "live" ? "wifi" : "wifi-off"}`);
  tag.querySelector("[data-words]").textContent = { live: words.connected, lost: words.lost, ended: words.ended }[line];
  pending.draw({ isLost: line !== "live" });
  draw();
  find("ended").hidden = line !== "ended" || !say.elements.body.value; // what was not sent stays here, to be copied
  if (line === "lost") isBehind = true;
  if (line === "live") isThere();
  if (line === "live") outbox.flush(running);
});

connection.addEventListener("heard", ({ detail }) => take([detail]));

connection.addEventListener("caught-up", ({ detail: { events, present, amended, hidden, now: moment } }) => {
  if (amended !== Number(dataset.amended)) renew();
  else if (String(hidden) !== dataset.hidden) rename();
  offset = Date.parse(moment) - Date.now();
  const before = sequence.last;
  if (isFirst || events.length > 20) log.quietly(() => take(events));
  else take(events);
  state.present = new Map(present.map((person) => [person.id, person]));
  fetched += events.filter(({ seq, type, actor }) => seq > before && type === "line" && actor?.id !== me).length;
  draw();
});

function fetchMissing() {
  isBehind = true;
  connection.catchUp();
}

/** All that was missed is there. Who only asks every five seconds missed nothing, and hears nothing of it (MTG-32). */
function isThere() {
  if (isBehind && fetched && !isFirst) sayFetched(fetched);
  isFirst = isBehind = false;
  fetched = 0;
}

/** The agenda is another one. What is typed and not sent yet is not lost for it. */
function renew() {
  if (say.elements.body.value || outbox.lines.length) refuse(words.amended);
  else location.reload();
}

/** Something is hidden, or is back: in its place, and nothing else of the page changes. What fails is tried again. */
async function rename() {
  const fresh = await freshWords(root).catch(() => undefined);
  if (!fresh) return;
  state.rename(fresh);
  log.rename();
  draw();
}

connection.addEventListener("refused", ({ detail }) => refuse(detail));

function sayFetched(messages) {
  const notice = find("fetched");
  notice.textContent = counted(words.fetchedOne, words.fetched, messages);
  clearTimeout(sayFetched.timer);
  sayFetched.timer = setTimeout(() => (notice.textContent = ""), SAID_FOR);
}

// --- What one does ---

async function act(verb, fields) {
  find("refused").hidden = true;
  try {
    await connection.send(verb, { client_id: newId(), ...fields });
    return true;
  } catch (failure) {
    refuse(failure instanceof Refused ? failure.message : words.notDone);
    return false;
  }
}

function refuse(sentence) {
  const banner = find("refused");
  banner.querySelector("[data-words]").textContent = sentence;
  banner.hidden = false;
}

root.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form === say) return;
  const { act: verb } = form.dataset;
  if (!verb) return;
  event.preventDefault();
  form.closest("[popover]")?.hidePopover();
  const fields = Object.fromEntries(new FormData(form, event.submitter));
  delete fields.csrf_token;
  // A socket takes numbers as numbers; what is left out was empty.
  for (const [name, value] of Object.entries(fields)) if (value === "") delete fields[name];
  // The same press again, after no answer came, is the same act.
  form.dataset.name ??= newId();
  if (await act(verb, { ...fields, client_id: form.dataset.name })) delete form.dataset.name;
});

say.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { body } = say.elements;
  const typed = body.value.trim();
  if (!typed || say.querySelector("[data-send]").disabled) return;
  if (changing) {
    if (await act("change", { seq: chosen.seq, body: typed })) release();
    return;
  }
  outbox.add({ body: typed, reply_to: chosen?.seq ?? null, item: running(), at: Date.now() });
  body.value = "";
  release();
  if (line === "live") outbox.flush(running);
});

say.elements.body.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
  event.preventDefault();
  say.requestSubmit();
});

// --- One line: answer, change, remove. The buttons stand outside the log. ---

find("log").addEventListener("click", (event) => {
  const link = event.target.closest("a.when");
  if (!link) return;
  event.preventDefault();
  choose(log.line(Number(link.closest("li").dataset.seq)));
});

function choose(picked) {
  if (!picked || picked.payload.removed) return;
  release();
  chosen = picked;
  const bar = find("chosen");
  const isOwn = picked.actor.id === me;
  bar.querySelector("[data-words]").textContent = fill(words.chosen, { name: picked.actor.name, time: clockTime(picked.at) });
  bar.querySelector("[data-change]").hidden = !isOwn || now() - Date.parse(picked.at) > CAN_CHANGE;
  bar.querySelector("[data-remove]").hidden = !isOwn && !("chairs" in dataset);
  bar.hidden = false;
  bar.querySelector("[data-answer]").focus();
}

/** What is typed stays, whatever is chosen; after a change of a line it is there again. */
function release() {
  if (changing) say.elements.body.value = aside;
  chosen = undefined;
  changing = false;
  find("chosen").hidden = true;
}

find("answer").addEventListener("click", () => say.elements.body.focus());
find("change").addEventListener("click", () => {
  if (!changing) aside = say.elements.body.value;
  changing = true;
  say.elements.body.value = chosen.payload.body;
  say.elements.body.focus();
});
find("remove").addEventListener("click", async () => {
  if (await act("remove", { seq: chosen.seq })) release();
});
find("release").addEventListener("click", () => {
  release();
  say.elements.body.focus();
});

connection.start();
draw();
pending.draw({ isLost: true });
