// The number beside the bell, in rail and dock, follows what the server says.
// The page says which address the bell has and which word is read out after the number: data-bell-words.

import { socket } from "./socket.js";

const MOST = 99;
const words = document.querySelector("[data-bell-words]")?.dataset;

if (words) {
  socket.on("notification", ({ unread }) => {
    for (const link of document.querySelectorAll(`nav a[href="${words.href}"]`)) show(link, Number(unread));
  });
}

function show(link, unread) {
  let count = link.querySelector(".count");
  if (!unread) return count?.remove();
  if (!count) {
    count = document.createElement("span");
    count.className = "count";
    link.append(count);
  }
  const word = document.createElement("span");
  word.className = "visually-hidden";
  word.textContent = ` ${words.textUnread}`;
  count.replaceChildren(unread > MOST ? `${MOST}+` : String(unread), word);
}
