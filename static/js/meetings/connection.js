// One way to the server: the socket and, where none opens within ten seconds, plain requests every five (thirty once
// the meeting is closed).
// Tells "state" (live, lost or ended), "heard" (one event) and "caught-up" (all that was said until now).
// Once the meeting is closed nobody beats: the room is read, and what is hidden there, or is back, is heard.

import { answerOf, post, Refused } from "../core/http.js";
import { socket } from "../core/socket.js";

const SOCKET_WITHIN = 10_000; // milliseconds
const POLL_EVERY = 5_000;
const POLL_WHEN_CLOSED = 30_000; // nothing is said there any more; what is hidden, or is back, is heard a little later
const BEAT_EVERY = 25_000;
const PATIENCE = 10_000;
const ASLEEP = 30_000; // between two looks at the clock that are five seconds apart
const LOOK_EVERY = 5_000;

/** Nobody knows whether it was done: the same client_id may be sent again. */
export class Unanswered extends Error {}

export class Connection extends EventTarget {
  #meeting;
  #url;
  #last;
  #isReadingOnly;
  #isJoined = false;
  #isEnded = false;
  #refusal; // of the last attempt to join
  #timers = {};
  #lookedAt = Date.now();

  /** `last` says up to which seq everything is there. */
  constructor({ meeting, url, last, isReadingOnly }) {
    super();
    this.#meeting = meeting;
    this.#url = url;
    this.#last = last;
    this.#isReadingOnly = isReadingOnly;
  }

  start() {
    socket.on("meeting:event", (event) => event.meeting_id === this.#meeting && this.#tell("heard", event));
    socket.on("meeting:changed", ({ meeting_id: meeting }) => meeting === this.#meeting && this.catchUp());
    socket.on("connect", () => this.#join());
    socket.on("disconnect", () => this.#lose());
    document.addEventListener("session:ended", () => this.#end());
    addEventListener("offline", () => this.#goOffline());
    addEventListener("online", () => this.#goOnline());
    this.#timers.beat = setInterval(() => this.#beat(), BEAT_EVERY);
    this.#timers.look = setInterval(() => this.#look(), LOOK_EVERY);
    document.addEventListener("visibilitychange", () => this.#look());
    if ("sessionEnded" in document.documentElement.dataset) this.#end();
    else if (socket.connected) this.#join();
    else this.#wait();
    if (this.#isReadingOnly) this.catchUp(); // nobody else is waiting for it: it does not wait for the line
  }

  /** What a verb answers. Throws Refused with the server's sentence, or Unanswered. */
  async send(verb, fields = {}) {
    if (this.#isEnded) throw new Unanswered();
    const isLive = this.#isJoined;
    const { ok, result, error } = isLive ? await this.#emit(verb, fields) : await this.#post(verb, fields);
    if (!ok) throw new Refused(error);
    if (!isLive && verb !== "beat") this.catchUp(); // nobody tells us what we did
    return result;
  }

  /** Fetch what is missing, page by page. */
  async catchUp() {
    try {
      for (let more = true; more; ) {
        const answer = await fetch(`${this.#url}/events?after=${this.#last()}`, {
          headers: { Accept: "application/json" },
          signal: AbortSignal.timeout(PATIENCE),
        });
        if ([401, 403, 404].includes(answer.status)) return this.#end();
        if (!answer.ok) throw new Unanswered();
        const page = await answer.json();
        more = page.more;
        this.#tell("caught-up", page);
      }
      this.#state("live");
    } catch {
      this.#state("lost");
    }
  }

  /** No more beats: the meeting is over, the page is read. */
  rest() {
    this.#isReadingOnly = true;
    if (this.#timers.poll) this.#ask();
  }

  async #join() {
    clearTimeout(this.#timers.socket);
    try {
      const { ok, result, error } = await this.#emit("join", { after: this.#last() });
      if (!ok) return this.#stayOut(error);
      this.#isJoined = true;
      this.#refusal = undefined;
      this.#stopAsking();
      this.#tell("caught-up", result);
      if (result.more) await this.catchUp();
      else this.#state("live");
    } catch {
      this.#lose();
    }
  }

  /** A socket, and no place in the room: go on as without one, and try again at each beat. */
  #stayOut(error) {
    this.#isJoined = false;
    if (error !== this.#refusal) this.#tell("refused", error);
    this.#refusal = error;
    if (!this.#timers.poll) this.#wait();
    return this.catchUp(); // closed meanwhile, or no right any more: then that ends it
  }

  #lose() {
    if (this.#isEnded) return;
    this.#isJoined = false;
    this.#state("lost");
    this.#wait();
  }

  /** Ten seconds for the socket; then the plain way, for as long as it takes. */
  #wait() {
    if (this.#isEnded) return;
    clearTimeout(this.#timers.socket);
    this.#stopAsking();
    this.#timers.socket = setTimeout(() => {
      this.#beat();
      this.catchUp();
      this.#ask();
    }, SOCKET_WITHIN);
  }

  #ask() {
    if (this.#isEnded) return;
    this.#stopAsking();
    this.#timers.poll = setInterval(() => this.catchUp(), this.#isReadingOnly ? POLL_WHEN_CLOSED : POLL_EVERY);
  }

  #stopAsking() {
    clearInterval(this.#timers.poll);
    this.#timers.poll = undefined;
  }

  #goOffline() {
    socket.disconnect(); // else it finds out after most of a minute
    this.#lose();
  }

  #goOnline() {
    if (!this.#isEnded) socket.connect();
  }

  /** After an hour of sleep the line may look open: first what was missed, then what one wants to send. */
  #look() {
    const pause = Date.now() - this.#lookedAt;
    this.#lookedAt = Date.now();
    if (pause < ASLEEP || this.#isEnded) return;
    this.#state("lost");
    if (socket.connected) this.#join();
    else this.catchUp();
  }

  async #beat() {
    if (socket.connected && !this.#isJoined) return this.#join();
    if (!this.#isReadingOnly) await this.send("beat").catch(() => {}); // the next one comes
  }

  #emit(verb, fields) {
    return socket
      .timeout(PATIENCE)
      .emitWithAck(`meeting:${verb}`, { meeting_id: this.#meeting, ...fields })
      .catch(() => {
        throw new Unanswered();
      });
  }

  async #post(verb, fields) {
    let answer;
    try {
      const typed = Object.entries(fields).filter(([, value]) => value !== undefined && value !== null);
      answer = await post(`${this.#url}/${verb}`, typed, { signal: AbortSignal.timeout(PATIENCE) });
    } catch {
      throw new Unanswered();
    }
    if (answer.status === 401) this.#end();
    if (answer.status === 401 || answer.status >= 500) throw new Unanswered();
    return { ok: answer.ok, ...(await answerOf(answer)) };
  }

  #end() {
    this.#isEnded = true;
    this.#isJoined = false;
    for (const timer of Object.values(this.#timers)) clearInterval(timer);
    this.#state("ended");
  }

  #state(state) {
    if (!this.#isEnded || state === "ended") this.#tell("state", state);
  }

  #tell(name, detail) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}
