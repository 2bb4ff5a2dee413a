// The field over a list that takes a condition in words, and offers what may come next.
const field = () => document.querySelector("[data-where]");
const list = () => document.querySelector("#where-found");
const options = () => [...list().querySelectorAll("[role=option]")];
const marked = () => list().querySelector("[aria-selected=true]");
const isOpen = () => options().length > 0;
let asking = null;
let waiting = null;

document.addEventListener("input", ({ target }) => target.matches("[data-where]") && soon());
document.addEventListener("click", ({ target }) => target.matches("[data-where]") && !isOpen() && soon());
document.addEventListener("focusout", ({ target }) => target.matches?.("[data-where]") && close());

document.addEventListener("keydown", (event) => {
  if (!event.target.matches?.("[data-where]")) return;
  const action = KEYS[event.key];
  if (action?.(event)) {
    event.preventDefault();
    event.stopPropagation();
  }
}, true);

const KEYS = {
  ArrowDown: () => move(1),
  ArrowUp: () => move(-1),
  Enter: () => choose(marked()),
  Tab: ({ shiftKey }) => !shiftKey && choose(marked() ?? options()[0]),
  Escape: () => leave(),
};

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest("#where-found [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option);
});

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(offer, 60);
}

/** Asks what may come at the caret. Only the answer to the last question is shown. */
async function offer() {
  const input = field();
  asking?.abort();
  asking = new AbortController();
  const asked = new URLSearchParams({ where: input.value, at: [...input.value.slice(0, input.selectionStart)].length });
  const request = { headers: { "HX-Request": "true" }, signal: asking.signal };
  const answer = await fetch(`${input.dataset.where}?${asked}`, request).catch(() => null);
  const text = answer?.ok ? await answer.text().catch(() => "") : "";
  if (answer && document.activeElement === input) show(text);
}

function show(text) {
  waiting = null;
  list().innerHTML = text;
  field().setAttribute("aria-expanded", String(isOpen()));
  field().removeAttribute("aria-activedescendant");
}

function close() {
  clearTimeout(waiting);
  asking?.abort();
  show("");
}

function leave() {
  // An offer that is on its way counts as one that is there.
  if (isOpen() || waiting) close();
  else field().blur();
  return true;
}

/** Marks the next option; asks for some where none are shown. */
function move(step) {
  const all = options();
  if (!all.length) soon();
  if (!all.length) return true;
  const place = marked() ? all.indexOf(marked()) + step : step > 0 ? 0 : -1;
  const next = all.at(place % all.length);
  for (const each of all) each.setAttribute("aria-selected", String(each === next));
  field().setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
  return true;
}

/** Puts an option in the place of what is typed of it. False when there is none. */
function choose(option) {
  if (!option) return false;
  const input = field();
  const characters = [...input.value];
  const before = characters.slice(0, option.dataset.from).join("") + option.dataset.text;
  const after = characters.slice(option.dataset.to).join("").trimStart();
  const spaced = after && /\w$/.test(before) ? ` ${after}` : after;
  input.value = before + spaced;
  input.setSelectionRange(before.length, before.length);
  input.scrollLeft = input.scrollWidth;
  show("");
  soon();
  return true;
}

// What couldn't be understood is marked where it stands.
const wrong = document.querySelector("[data-where][aria-invalid=true]");
if (wrong) {
  const at = (place) => [...wrong.value].slice(0, place).join("").length;
  wrong.focus();
  wrong.setSelectionRange(at(wrong.dataset.from), at(wrong.dataset.to));
}
