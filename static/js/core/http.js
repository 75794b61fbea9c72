// Requests to our own server: the CSRF token goes along, and we ask for JSON.

/** The server understood and said no. */
export class Refused extends Error {}

const token = () =>
  document.querySelector('meta[name="csrf-token"]')?.content ?? document.querySelector('input[name="csrf_token"]')?.value ?? "";

/** POST fields as a form. Throws only when the server was not reached. */
export function post(url, fields, options = {}) {
  return fetch(url, {
    method: "POST",
    credentials: "same-origin",
    headers: { Accept: "application/json", "X-CSRFToken": token() },
    body: new URLSearchParams(fields),
    ...options,
  });
}

/** The JSON of an answer, or {} when it carries none. */
export async function answerOf(response) {
  if (!(response.headers.get("Content-Type") ?? "").includes("application/json")) return {};
  return response.json().catch(() => ({}));
}
