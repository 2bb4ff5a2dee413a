// Pages learn that what they show has changed, fetch themselves again, and put the changed parts in place.
// [data-live] names what to hear about; [data-part] is what may be replaced (see refresh.js).
import { refresh, takeNews } from "./refresh.js";

const PACE = 1000;
const POLL = 15_000;
/** After a refusal, such as a proxy's while the live process starts anew: a browser doesn't try again by itself. */
const AGAIN = 20_000;
let stream = null;
let polling = null;
let again = null;
let planned = null;
let last = 0;
/** The record's page that the stream is told of. */
let placed;

const topics = () => new Set([...document.querySelectorAll("[data-live]")].flatMap(({ dataset }) => dataset.live.split(" ")));

/** The live process's address: at our own origin, or on a port of its own. */
function address() {
  const [, port, path] = document.body.dataset.stream.match(/^(?::(\d+))?(\/.*)$/) ?? [];
  if (!path) return null;
  const found = new URL(path, location.origin);
  if (port) found.port = port;
  for (const topic of topics()) found.searchParams.append("about", topic);
  const here = document.querySelector("[data-here]");
  placed = here?.dataset.here;
  if (here) found.searchParams.set("here", here.dataset.here);
  return found;
}

/** Who else has this record open, by their initials. */
function showBeside(others) {
  const place = document.querySelector("[data-here]");
  if (!place) return;
  const faces = others.map(({ name, initials }) => {
    const face = Object.assign(document.createElement("span"), { className: "face small", textContent: initials, title: name });
    face.setAttribute("role", "img");
    face.setAttribute("aria-label", place.dataset.words.replace("{name}", name));
    return face;
  });
  place.replaceChildren(...faces);
  showWriting(others.filter(({ writing }) => writing).map(({ name }) => name));
}

/** Who of them is writing something here at the moment. */
function showWriting(names) {
  const place = document.querySelector("[data-writing]");
  if (place) place.textContent = names.length ? place.dataset.writing.replace("{name}", names.join(", ")) : "";
}

function connect() {
  // A page of signing in and security has the shell, but doesn't say where to listen.
  if (stream || !topics().size || document.body.dataset.stream === undefined) return;
  const where = address();
  if (!where) return poll();
  stream = new EventSource(where, { withCredentials: true });
  let broke = false;
  stream.addEventListener("open", () => {
    stopPolling();
    if (broke) plan();
    broke = false;
  });
  stream.addEventListener("changed", plan);
  stream.addEventListener("missed", plan);
  stream.addEventListener("beside", ({ data }) => showBeside(JSON.parse(data)));
  stream.addEventListener("error", () => {
    broke = true;
    showBeside([]);
    if (stream?.readyState !== EventSource.CLOSED) return;
    stream = null;
    poll();
    again = setTimeout(connect, AGAIN);
  });
}

/** Where no stream can be had, the page asks now and then. */
function poll() {
  polling ??= setInterval(plan, POLL);
}

function stopPolling() {
  clearInterval(polling);
  polling = null;
}

function disconnect() {
  showBeside([]);
  stream?.close();
  stream = null;
  stopPolling();
  clearTimeout(again);
  clearTimeout(planned);
  planned = null;
}

/** Refreshes soon: at most once in PACE milliseconds, however much happens. */
function plan() {
  planned ??= setTimeout(run, Math.max(0, last + PACE - Date.now()));
}

async function run() {
  planned = null;
  last = Date.now();
  document.dispatchEvent(new CustomEvent("news"));
  if (!(await refresh())) disconnect();
}

// Only what somebody looks at listens: browsers allow few connections, and a page that comes back looks again.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return disconnect();
  if (topics().size) plan();
  connect();
});
// Another record has been opened on the same page.
document.addEventListener("htmx:afterSettle", () => {
  if (!stream || document.querySelector("[data-here]")?.dataset.here === placed) return;
  disconnect();
  connect();
});
// A script that has changed something on the server.
document.addEventListener("refresh", plan);
for (const name of ["focusout", "toggle", "htmx:afterSettle"]) {
  document.addEventListener(name, () => document.querySelector("[data-part][data-waits]") && plan(), true);
}
document.addEventListener("click", ({ target }) => target.closest("[data-refresh]") && takeNews());

if (!document.hidden) connect();
