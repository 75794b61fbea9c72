// The one Socket.IO connection of a page. A push is only a hint: what it points to is fetched from the server.

import { io } from "../../vendor/socket.io-client-4.8.4/socket.io-client.js";

export const socket = io("/", { transports: ["websocket"], reconnectionDelayMax: 30_000 });

// An open connection would keep the page out of the browser's memory for going back.
addEventListener("pagehide", () => socket.disconnect());
addEventListener("pageshow", (event) => {
  if (event.persisted) socket.connect();
});

// Whoever listens later still learns that the session is over.
socket.on("session:ended", () => {
  document.documentElement.dataset.sessionEnded = "";
  document.dispatchEvent(new CustomEvent("session:ended"));
  socket.disconnect();
});
