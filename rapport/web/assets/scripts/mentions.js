// "@" and a name in a composer: colleagues are found while one types, chosen by arrows and Enter or by pointing.
import { empty, listOf, mark, marked, optionsOf, step } from "./listbox.js";

const TYPED = /(?:^|\s)@([^\n@]{0,40})$/;
const before = (area) => area.value.slice(0, area.selectionStart);

document.addEventListener("input", ({ target }) => target.matches("[data-mentions]") && soon(target));
document.addEventListener("focusout", ({ target }) => target.matches?.("[data-mentions]") && empty(target));
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".colleagues [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option.closest("form").querySelector("[data-mentions]"), option);
});
document.addEventListener("keydown", (event) => {
  const area = event.target;
  if (!area.matches?.("[data-mentions]") || !marked(area)) return;
  const action = { ArrowDown: () => step(area, 1), ArrowUp: () => step(area, -1), Enter: () => choose(area, marked(area)), Tab: () => choose(area, marked(area)), Escape: () => empty(area) }[event.key];
  if (!action) return;
  event.preventDefault();
  event.stopPropagation();
  action();
}, true);

let waiting = null;

function soon(area) {
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(area), 60);
}

async function offer(area) {
  const typed = before(area).match(TYPED)?.[1];
  if (typed === undefined) return empty(area);
  const asked = new URLSearchParams([...new FormData(area.form)].filter(([name]) => ["kind", "party", "conversation", "owner"].includes(name)));
  asked.set("q", typed);
  const answer = await fetch(`${area.dataset.mentions}?${asked}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || before(area).match(TYPED)?.[1] !== typed) return;
  listOf(area).innerHTML = await answer.text();
  // Whose name stands there whole has been chosen.
  for (const each of optionsOf(area)) if (typed.startsWith(`${each.dataset.name} `)) each.remove();
  mark(area, optionsOf(area)[0]);
}

function choose(area, option) {
  const start = before(area).lastIndexOf("@");
  area.setRangeText(`@${option.dataset.name} `, start, area.selectionStart, "end");
  empty(area);
  area.dispatchEvent(new Event("input", { bubbles: true }));
}
