// One press gives or takes back a reaction without leaving the page; the post is then fetched anew, as any that changed.

import { answerOf, post } from "../core/http.js";
import { make } from "../core/elements.js";

const list = document.querySelector("[data-live]");
const busy = new Set(); // posts whose press is under way: a double click is one

async function press(button) {
  const article = button.closest("article");
  if (busy.has(article.id)) return;
  busy.add(article.id);
  article.querySelector(".reactions + .error")?.remove();
  const answer = await post(button.formAction, { [button.name]: button.value }).catch(() => undefined);
  const { error, has_joined: hasJoined } = answer ? await answerOf(answer) : {};
  busy.delete(article.id);
  if (!answer?.ok) return refuse(article, error || list.dataset.textNotGiven);
  if (hasJoined) return location.reload(); // the page of a member is another
  document.dispatchEvent(new CustomEvent("post:changed", { detail: { id: article.id.replace("post-", "") } }));
}

function refuse(article, sentence) {
  article.querySelector(".reactions").after(make("p", { class: "error", role: "alert" }, sentence));
}

document.addEventListener("submit", (event) => {
  if (!event.submitter?.matches("button.reaction")) return;
  event.preventDefault();
  press(event.submitter);
});
