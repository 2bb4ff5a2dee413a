// Fragments from the server, by htmx.
import htmx from "htmx.org";

Object.assign(htmx.config, {
  includeIndicatorStyles: false,
  allowEval: false,
  allowScriptTags: false,
  historyCacheSize: 0,
  refreshOnHistoryMiss: true,
  // What has just come works at once: until it has settled, a form would be sent as a whole page.
  defaultSettleDelay: 0,
  responseHandling: [
    { code: "204", swap: false },
    { code: "[23]..", swap: true },
    { code: "4(09|12|13|22)", swap: true },
    { code: "[45]..", swap: false, error: true },
  ],
});

const bar = () => document.querySelector(".progress");
let running = 0;

// What asks by itself, again and again, is no reason to look busy.
const isQuiet = ({ detail }) => detail.elt.matches?.("[data-quiet]");

document.addEventListener("htmx:beforeRequest", (event) => {
  if (isQuiet(event)) return;
  running += 1;
  bar()?.classList.add("busy");
});
document.addEventListener("htmx:afterRequest", (event) => {
  if (isQuiet(event)) return;
  running -= 1;
  if (running === 0) bar()?.classList.remove("busy");
});

const FIELD = ":is(input:not([type=hidden]), select, textarea)";
const STOPS = `a[href], button, summary, ${FIELD}`;
const stopsOf = (part) => [...part.querySelectorAll(STOPS)];
/** Which of its stops had the focus in a part that is replaced, by the request that replaces it. */
const held = new WeakMap();

/** The field of a form that was just opened where somebody goes on: the first with a problem, else the first. */
function fieldOf(part) {
  return part.querySelector(`[data-focus] ${FIELD}[aria-invalid=true]`) ?? part.querySelector(`[data-focus] ${FIELD}`);
}

fieldOf(document)?.focus();

document.addEventListener("htmx:beforeSwap", ({ detail: { target, xhr } }) => {
  if (target.contains(document.activeElement)) held.set(xhr, stopsOf(target).indexOf(document.activeElement));
});
document.addEventListener("htmx:afterSettle", ({ detail: { elt, xhr } }) => {
  const field = fieldOf(elt);
  field?.focus();
  field?.select?.();
  // Whatever had the focus is gone with what was replaced: it goes to what stands there now.
  if (!field && held.has(xhr) && document.activeElement === document.body) stay(elt, held.get(xhr));
});

function stay(part, place) {
  if (part.matches("[data-edit]")) part.tabIndex = -1;
  const stops = stopsOf(part);
  const stop = part.matches("[data-edit]") ? part : part.querySelector(".change") ?? stops[Math.min(place, stops.length - 1)];
  stop?.focus();
}

// An address names only what was chosen.
document.addEventListener("htmx:configRequest", ({ detail }) => {
  if (detail.verb !== "get" || !detail.elt.matches(".part")) return;
  for (const [name, value] of [...detail.formData]) if (value === "") detail.formData.delete(name);
});

document.addEventListener("htmx:responseError", ({ detail }) => complain(detail.xhr.status));
document.addEventListener("htmx:sendError", () => complain(0));

function complain(status) {
  const words = document.querySelector("#words").dataset;
  const text = status === 0 ? words.offline : status === 403 ? words.forbidden : status === 404 ? words.gone : words.failed;
  document.dispatchEvent(new CustomEvent("toast", { detail: { text } }));
}
