// The items of an agenda, dragged to another place by a handle; "Up" and "Down" do the same without it (MTG-3).
// A draft is saved where the row is dropped. A published agenda asks why: dropping leads to the page that does.

import { answerOf, post } from "../core/http.js";
import { fill } from "../core/words.js";

const EDGE = 96; // pixels from the top and bottom of the window within which the page scrolls along
const PACE = 10; // pixels a frame

for (const list of document.querySelectorAll("[data-arrange]")) arrange(list);

function arrange(list) {
  const { dataset } = list;
  const [handle, said, refusal] = ["handle", "said", "refused"].map((name) => document.querySelector(`[data-${name}]`));
  let isBusy = false;
  showHandles();

  list.addEventListener("pointerdown", (event) => {
    const row = event.target.closest(".handle")?.closest("li");
    if (!row || isBusy || event.button || "dragging" in dataset) return;
    event.preventDefault(); // else the mouse would select text
    drag(list, row, event, (goal) => drop(row, goal - [...list.children].indexOf(row)));
  });

  function showHandles() {
    if (list.children.length > 1) for (const row of list.children) row.append(handle.content.cloneNode(true));
  }

  /** Where a reason is asked nothing moves yet: the row is back in its place for who does not give one. */
  function drop(row, steps) {
    if ("asks" in dataset) return location.assign(`${row.dataset.move}/${steps < 0 ? "up" : "down"}?steps=${Math.abs(steps)}`);
    const before = [...list.children];
    const after = before.filter((each) => each !== row);
    after.splice(before.indexOf(row) + steps, 0, row);
    list.append(...after);
    save(row, steps, before);
  }

  async function save(row, steps, before) {
    isBusy = true;
    refusal.hidden = true;
    try {
      const answer = await post(row.dataset.move, { steps });
      if (answer.ok) showSaved(row, await answer.text());
      else putBack(before, (await answerOf(answer)).error);
    } catch {
      putBack(before);
    }
    isBusy = false;
  }

  /** The rows as the server has them now, with their numbers and buttons. */
  function showSaved(row, page) {
    const saved = new DOMParser().parseFromString(page, "text/html");
    list.replaceChildren(...saved.querySelector("[data-arrange]").children);
    showHandles();
    const place = [...list.children].findIndex(({ id }) => id === row.id) + 1;
    said.textContent = fill(dataset.textMoved, { title: row.dataset.title, place });
  }

  function putBack(before, sentence) {
    list.append(...before);
    said.textContent = "";
    refusal.querySelector("[data-words]").textContent = sentence ?? dataset.textNotMoved;
    refusal.hidden = false;
  }
}

/** The row follows the pointer and the others make room. `drop` gets its new place, unless it was given up (Escape). */
function drag(list, row, { pointerId, pageY, clientY }, drop) {
  const rows = [...list.children];
  const start = rows.indexOf(row);
  const others = rows.filter((each) => each !== row);
  const middles = new Map(rows.map((each) => [each, middleOf(each)]));
  const height = row.offsetHeight;
  const [highest, lowest] = [middles.get(rows[0]), middles.get(rows.at(-1))];
  const grip = middles.get(row) - pageY;
  const ending = new AbortController();
  let [y, goal] = [clientY, start];

  /** Whoever is covered for half gives way. */
  function follow() {
    const middle = Math.min(Math.max(y + scrollY + grip, highest), lowest);
    const passed = others.filter((each, place) => middles.get(each) < middle + (place < start ? -height : height) / 2);
    goal = passed.length;
    row.style.translate = `0 ${middle - middles.get(row)}px`;
    others.forEach((each, place) => {
      const room = place >= goal && place < start ? height : place < goal && place >= start ? -height : 0;
      each.style.translate = `0 ${room}px`;
    });
  }

  function scrollAlong() {
    if (ending.signal.aborted) return;
    if (y < EDGE) scrollBy(0, -PACE);
    else if (y > innerHeight - EDGE) scrollBy(0, PACE);
    follow();
    requestAnimationFrame(scrollAlong);
  }

  function end(isDropped) {
    ending.abort();
    list.removeAttribute("data-dragging");
    row.classList.remove("is-dragged");
    for (const each of rows) each.style.translate = "";
    if (isDropped && goal !== start) drop(goal);
  }

  const on = (target, type, act) => target.addEventListener(type, act, { signal: ending.signal });
  const onIts = (type, act) => on(list, type, (event) => event.pointerId === pointerId && act(event));
  onIts("pointermove", (event) => (y = event.clientY));
  onIts("pointerup", (event) => {
    y = event.clientY;
    follow();
    end(true);
  });
  onIts("lostpointercapture", () => end(false));
  on(document, "keydown", (event) => {
    if (event.key !== "Escape") return;
    event.preventDefault();
    end(false);
  });
  list.setPointerCapture(pointerId);
  list.dataset.dragging = "";
  row.classList.add("is-dragged");
  scrollAlong();
}

/** Pixels from the top of the page. */
function middleOf(row) {
  const { top, height } = row.getBoundingClientRect();
  return top + scrollY + height / 2;
}
