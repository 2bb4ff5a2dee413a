// The keyboard. "g t" goes to Today; "?" shows them all.
const GO = { t: "/", i: "/inbox/", p: "/people/", o: "/organizations/", l: "/ledger/", d: "/tasks/", c: "/calendar/", s: "/settings/" };
let going = false;

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "k") return run(event, () => document.querySelector("#search").focus());
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
  if (going) {
    going = false;
    const link = GO[event.key] && document.querySelector(`.side a[href="${GO[event.key]}"]`);
    if (link) run(event, () => link.click());
    return;
  }
  // A page may have links and buttons with keys of their own, such as the days of a calendar.
  const pressed = event.shiftKey ? null : keyed(event.key);
  const action = pressed ? () => press(pressed) : KEYS[event.key];
  if (action) run(event, action);
});

/** What is in sight on the page and has this key: of a list, what is done to those that are selected comes first. */
const keyed = (key) => [...document.querySelectorAll(`main :is(a, button, summary)[data-key="${CSS.escape(key)}"]`)].find((each) => each.checkVisibility());

/** As a click; a menu takes the focus to its first line. */
function press(control) {
  control.click();
  if (control.matches("summary") && control.parentElement.open) control.parentElement.querySelector(".sheet :is(a, button, input:not([type=hidden]))")?.focus();
}

const KEYS = {
  "/": () => document.querySelector("#search")?.focus(),
  "?": () => document.querySelector("#keys")?.showModal(),
  g: () => {
    going = true;
    setTimeout(() => (going = false), 1200);
  },
  n: make,
  r: () => {
    const place = document.querySelector("button[data-key=r]") ?? document.querySelector("[data-key=r]");
    if (place?.matches("button")) place.click();
    else place?.focus();
  },
  t: task,
  z: () => [...document.querySelectorAll(".toast .undo")].at(-1)?.click(),
  f: () => document.querySelector("[data-key=f]")?.focus(),
};

/** Opens what can be made, and goes into it. */
function make() {
  const summary = document.querySelector("[data-key=n]");
  if (!summary) return;
  summary.parentElement.open = true;
  summary.parentElement.querySelector("a").focus();
}

/** A task about what the page shows; elsewhere, a task about nothing in particular. */
function task() {
  const kind = document.querySelector("[data-key=t]");
  if (!kind) return document.querySelector('.top a[href="/tasks/new"]')?.click();
  kind.click();
  kind.form.elements.text.focus();
}

document.addEventListener("click", ({ target }) => {
  const opener = target.closest("[data-open-dialog]");
  const menu = opener?.closest("details.menu");
  if (menu) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
  if (opener) document.getElementById(opener.dataset.openDialog).showModal();
  if (target.closest("[data-close-dialog]")) target.closest("dialog").close();
});

export function isTyping(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox], [type=radio]), textarea, select") || Boolean(target.closest("dialog[open]"));
}

function run(event, action) {
  event.preventDefault();
  action();
}
