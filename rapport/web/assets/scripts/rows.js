// Lists: walking with j and k, opening, previewing, editing a cell, selecting many.
import { isTyping } from "./keys.js";

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
const current = () => document.activeElement?.closest("[data-row]");
let anchor = null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return escape(event);
  if (isTyping(event.target)) return;
  const action = { j: () => walk(1), k: () => walk(-1), " ": preview, e: edit, x: toggle }[event.key];
  if (action?.(event)) event.preventDefault();
});

function walk(step) {
  const listed = rows();
  const next = listed[Math.min(listed.length - 1, Math.max(0, listed.indexOf(current()) + step))];
  next?.querySelector("[data-open]").focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

function preview({ target }) {
  if (target.matches("button, input, summary")) return false;
  const button = current()?.querySelector("[data-preview]");
  button?.click();
  return Boolean(button);
}

function edit({ target }) {
  const cell = target.closest("[data-edit]") ?? current()?.querySelector("[data-edit]");
  cell?.dispatchEvent(new CustomEvent("edit"));
  return Boolean(cell);
}

function toggle() {
  const box = current()?.querySelector("[name=ids]");
  box?.click();
  return Boolean(box);
}

function escape({ target }) {
  const cancel = target.closest("form")?.querySelector("[data-cancel]");
  if (cancel) return cancel.click();
  document.querySelector("[data-close-preview]")?.click();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-preview]")) return closePreview(event);
  const box = event.target.closest("[data-row] [name=ids]");
  if (!box) return;
  const boxes = rows().map((row) => row.querySelector("[name=ids]"));
  if (event.shiftKey && anchor) {
    const [from, to] = [boxes.indexOf(anchor), boxes.indexOf(box)].sort((a, b) => a - b);
    for (const each of boxes.slice(from, to + 1)) each.checked = box.checked;
  }
  anchor = box;
  count();
});

function closePreview(event) {
  event.preventDefault();
  document.querySelector(".preview").replaceChildren();
  const address = new URL(location.href);
  address.searchParams.delete("preview");
  history.replaceState(history.state, "", address);
}

document.addEventListener("change", ({ target }) => {
  if (!target.matches("[data-select-all]")) return;
  for (const row of rows()) row.querySelector("[name=ids]").checked = target.checked;
  count();
});
document.addEventListener("htmx:afterSettle", count);

function count() {
  const bar = document.querySelector(".bulk");
  if (!bar) return;
  const chosen = rows().filter((row) => row.querySelector("[name=ids]").checked).length;
  const all = document.querySelector("[data-select-all]");
  all.checked = chosen > 0 && chosen === rows().length;
  all.indeterminate = chosen > 0 && !all.checked;
  bar.hidden = chosen === 0;
  bar.querySelector("[data-chosen]").textContent = chosen;
  if (!all.checked) bar.querySelector("[name=matching]").checked = false;
  bar.querySelector("[data-all-matching]").hidden = !(all.checked && document.querySelector(".further"));
}
