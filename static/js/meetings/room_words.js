// The words of an open room: when some of them are hidden, or back, the page takes what they are now.

const ALONE = [".breadcrumb", "[data-meeting-words]"];

/** Puts them into the page and returns {id, title, minutes} of each item; nothing when they did not come. */
export async function freshWords(root) {
  const answer = await fetch(`${root.dataset.url}/live`, { credentials: "same-origin" });
  if (!answer.ok || answer.redirected) return undefined;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.querySelector("[data-room]");
  if (!fresh) return undefined;
  for (const name of ["hidden", "title", "items"]) root.dataset[name] = fresh.dataset[name];
  document.title = page.title;
  for (const place of ALONE) document.querySelector(place).replaceChildren(...page.querySelector(place).childNodes);
  const steps = root.querySelector(".steps");
  steps.replaceChildren(...fresh.querySelector(".steps").childNodes);
  for (const files of root.querySelectorAll("[data-files-of]")) files.remove();
  steps.after(...fresh.querySelectorAll("[data-files-of]"));
  return JSON.parse(root.dataset.items);
}
