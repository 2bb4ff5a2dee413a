// Fragments from the server, by htmx. Its settings stand in the page's <meta name="htmx-config">.
import "htmx.org";

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

// A form that was just swapped in takes the focus to its first field.
document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const field = detail.elt.querySelector?.("[data-focus] :is(input:not([type=hidden]), select, textarea)");
  field?.focus();
  field?.select?.();
});

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
