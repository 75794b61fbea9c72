// The one Socket.IO connection of a page. A push is only a hint: what it points to is fetched from the server.

import { io } from "../../vendor/socket.io-client-4.8.4/socket.io-client.js";

export const socket = io("/", { transports: ["websocket"], reconnectionDelayMax: 30_000 });

// An open connection would keep the page out of the browser's memory for going back.
addEventListener("pagehide", () => socket.disconnect());
addEventListener("pageshow", (event) => {
  if (event.persisted) socket.connect();
});

// Whoever listens later still learns that the session is over.
socket.on("session:ended", ({ may_return: mayReturn }) => {
  if (mayReturn) return; // only the right to some room ended: the line is closed, and opened anew below
  document.documentElement.dataset.sessionEnded = "";
  document.dispatchEvent(new CustomEvent("session:ended"));
  socket.disconnect();
});

// Socket.IO comes back by itself from every end but this one. Not all at once: a whole association may have been cut.
socket.on("disconnect", (reason) => {
  const isOver = "sessionEnded" in document.documentElement.dataset;
  if (reason === "io server disconnect" && !isOver) setTimeout(() => socket.connect(), 200 + Math.random() * 1_800);
});
