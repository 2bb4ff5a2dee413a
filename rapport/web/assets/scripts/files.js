// Files of a record: chosen, dropped anywhere on the page, or pasted; each is sent by itself, with its progress, and
// what can't be sent says why beside its name. Without script the card's form sends them.
import { refresh } from "./refresh.js";

const card = () => document.querySelector("[data-files]");
const hasFiles = (transfer) => transfer?.types.includes("Files");
let waiting = Promise.resolve();

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-files] input[type=file]")) return;
  send([...target.files]);
  target.value = "";
});

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const place = card();
    if (!place || !hasFiles(event.dataTransfer)) return;
    event.preventDefault();
    place.classList.toggle("over", name === "dragover");
    if (name === "drop") send([...event.dataTransfer.files]);
  });
}

document.addEventListener("paste", (event) => {
  // What is copied from a page or a document carries a picture of itself beside its text: that is no file.
  if (!card() || !hasFiles(event.clipboardData) || event.clipboardData.types.includes("text/plain")) return;
  event.preventDefault();
  send([...event.clipboardData.files]);
});

/** One after another, so that several versions of one file stay in order. */
function send(files) {
  const place = card();
  const tasks = files.map((file) => [file, line(place, file)]);
  place.scrollIntoView({ block: "nearest" });
  waiting = waiting.then(async () => {
    const isSent = [];
    for (const [file, row] of tasks) isSent.push(await sendOne(place, file, row));
    place.querySelector(".sending").hidden = !place.querySelector(".sending li");
    if (isSent.some(Boolean)) await refresh();
  });
}

function line(place, file) {
  const row = document.createElement("li");
  const name = document.createElement("span");
  const bar = Object.assign(document.createElement("progress"), { max: 1, value: 0, ariaLabel: file.name });
  name.textContent = file.name;
  row.append(name, bar);
  const list = place.querySelector(".sending");
  list.hidden = false;
  list.append(row);
  return row;
}

async function sendOne(place, file, row) {
  const problem = file.size > Number(place.dataset.most) ? place.dataset.tooLarge : await post(place, file, row.querySelector("progress"));
  if (!problem) {
    row.remove();
    return true;
  }
  const text = Object.assign(document.createElement("p"), { className: "problem", textContent: problem });
  row.querySelector("progress").replaceWith(text);
  return false;
}

/** Why a file could not be sent; nothing where it was. */
function post(place, file, bar) {
  const body = new FormData();
  body.append("csrfmiddlewaretoken", place.querySelector("[name=csrfmiddlewaretoken]").value);
  body.append("files", file);
  const request = new XMLHttpRequest();
  request.upload.addEventListener("progress", ({ loaded, total }) => { bar.value = loaded / total });
  request.open("POST", place.dataset.files);
  request.setRequestHeader("HX-Request", "true");
  return new Promise((resolve) => {
    request.addEventListener("loadend", () => resolve(request.status === 204 ? "" : reason(request) || place.dataset.failed));
    request.send(body);
  });
}

function reason(request) {
  const said = request.getResponseHeader("HX-Trigger");
  return said ? JSON.parse(said).toast?.text : "";
}
