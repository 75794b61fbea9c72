// Reading moves the read position: a post that was in view for two seconds has been seen. It only grows.

import { post } from "../core/http.js";

const LONG_ENOUGH = 2_000; // milliseconds
const GATHER = 1_000; // milliseconds between seeing and telling
const RATIOS = Array.from({ length: 11 }, (_, tenth) => tenth / 10);

const list = document.querySelector("[data-reading]");
const inView = new Map(); // article → timer
let seen = 0;
let told = 0;
let telling;
let isEnded = false;

/** Half of the post is in view, or the post fills half of the window. */
function isRead(article) {
  const { top, bottom, height } = article.getBoundingClientRect();
  const inSight = Math.min(bottom, innerHeight) - Math.max(top, 0);
  return height > 0 && inSight >= Math.min(height, innerHeight) / 2 - 1;
}

function watch({ target }) {
  if (!isRead(target)) {
    clearTimeout(inView.get(target));
    inView.delete(target);
  } else if (!inView.has(target)) {
    inView.set(target, start(target));
  }
}

const start = (article) =>
  document.visibilityState === "visible" ? setTimeout(() => see(article), LONG_ENOUGH) : undefined;

function see(article) {
  seen = Math.max(seen, Number(article.dataset.position) || 0);
  if (seen > told) telling ??= setTimeout(tell, GATHER);
}

async function tell(options = {}) {
  clearTimeout(telling);
  telling = undefined;
  if (seen <= told || isEnded) return;
  const position = seen;
  try {
    const answer = await post(list.dataset.seenUrl, { position }, options);
    if (answer.ok) told = Math.max(told, position);
  } catch {
    // Not reached: the next post that is seen tells it all.
  }
}

/** The page opens at the first unread post, unless the address or the history names another place. */
function openAtNew() {
  const line = document.getElementById("new");
  const isArrival = performance.getEntriesByType("navigation")[0]?.type === "navigate";
  if (!line || !isArrival || location.hash || location.search) return;
  if (line.getBoundingClientRect().top > innerHeight / 2) line.scrollIntoView({ behavior: "instant" });
}

function leave() {
  tell({ keepalive: true });
}

function pauseOrGoOn() {
  const isVisible = document.visibilityState === "visible";
  for (const [article, timer] of inView) {
    clearTimeout(timer);
    if (isVisible) inView.set(article, start(article));
  }
  if (!isVisible) leave();
}

if (list) {
  told = Number(list.dataset.seen) || 0;
  openAtNew();
  // A post of more than ten windows never shows a tenth of itself: it is read when it lies over the middle of the window.
  const ways = [{ threshold: RATIOS }, { rootMargin: "-50% 0px" }];
  const observers = ways.map((way) => new IntersectionObserver((entries) => entries.forEach(watch), way));
  const observeAll = () =>
    list.querySelectorAll("article[data-position]").forEach((article) => observers.forEach((each) => each.observe(article)));
  observeAll();
  document.addEventListener("posts:shown", observeAll);
  document.addEventListener("visibilitychange", pauseOrGoOn);
  document.addEventListener("session:ended", () => (isEnded = true));
  addEventListener("pagehide", leave);
}
