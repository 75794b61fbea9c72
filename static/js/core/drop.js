// A form that takes files is a place to drop them (DOC-10). What was chosen is listed with its size, and what the
// server would refuse is said before it is sent. The button of the field stays, and does without this.

import { fill } from "./words.js";

const MEGABYTE = 1_000_000;
const fields = [...document.querySelectorAll("[data-files]")];

for (const field of fields) receive(field.closest("form"), field);

// Beside the form too: a browser would leave the page for the file, and what was typed with it.
if (fields.length) for (const type of ["dragover", "drop"]) addEventListener(type, (event) => brings(event) && event.preventDefault());

function receive(form, field) {
  const input = field.querySelector("input");
  field.querySelector("[data-hint]").hidden = false;
  input.addEventListener("change", () => list(field, [...input.files]));
  form.addEventListener("dragover", (event) => form.classList.toggle("is-over", brings(event)));
  form.addEventListener("dragleave", (event) => {
    if (!form.contains(event.relatedTarget)) form.classList.remove("is-over");
  });
  form.addEventListener("drop", (event) => {
    form.classList.remove("is-over");
    if (!brings(event)) return;
    event.preventDefault();
    const { files, folders } = dropped(event.dataTransfer);
    input.files = together([...input.files], files);
    list(field, [...input.files], folders);
  });
}

function brings({ dataTransfer }) {
  return Boolean(dataTransfer?.types.includes("Files"));
}

/** A folder comes along as a file that nobody can read. */
function dropped({ items, files }) {
  const isFolder = [...items].filter(({ kind }) => kind === "file").map((item) => Boolean(item.webkitGetAsEntry?.()?.isDirectory));
  return {
    files: [...files].filter((_file, place) => !isFolder[place]),
    folders: [...files].filter((_file, place) => isFolder[place]),
  };
}

/** Those that were chosen before stay; the same file once more is still one. */
function together(before, more) {
  const known = new Map([...before, ...more].map((file) => [`${file.name} ${file.size} ${file.lastModified}`, file]));
  const transfer = new DataTransfer();
  for (const file of known.values()) transfer.items.add(file);
  return transfer.files;
}

function list(field, files, folders = []) {
  const { most, mostBytes, textTooMany, textTooLarge, textFolder } = field.dataset;
  const tooMany = files.length > Number(most) ? [trouble(fill(textTooMany, { num: files.length }))] : [];
  const lines = files.map((file) => {
    const said = `${file.name} · ${sizeOf(file.size)}`;
    return file.size > Number(mostBytes) ? line(said, trouble(fill(textTooLarge, { size: sizeOf(file.size) }))) : line(said);
  });
  const chosen = document.createElement("ul");
  chosen.append(...lines, ...folders.map(({ name }) => line(name, trouble(textFolder))));
  field.querySelector("[data-chosen]").replaceChildren(...tooMany, chosen);
}

function line(said, ...more) {
  const row = document.createElement("li");
  row.append(said, ...more);
  return row;
}

function trouble(sentence) {
  const words = document.createElement("p");
  words.className = "error";
  words.textContent = sentence;
  return words;
}

/** 3 kB, 2,4 MB: as the server says it. */
function sizeOf(bytes) {
  const { lang } = document.documentElement;
  if (bytes < MEGABYTE) return `${Math.max(1, Math.round(bytes / 1_000)).toLocaleString(lang)} kB`;
  return `${(Math.round(bytes / 100_000) / 10).toLocaleString(lang)} MB`;
}
