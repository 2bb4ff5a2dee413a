// Lists: walking with j and k, opening, previewing, editing a cell, selecting many.
import htmx from "htmx.org";
import { isTyping } from "./keys.js";

const listed = () => document.querySelector("[data-rows]").dataset.rows;

const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")];
const current = () => document.activeElement?.closest("[data-row]");
let anchor = null;

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape") return escape(event);
  if (event.key === "Tab") return onward(event);
  if (isTyping(event.target)) return;
  const action = ACTIONS[event.key];
  if (action?.(event)) event.preventDefault();
});

const ACTIONS = {
  j: () => walk(1),
  k: () => walk(-1),
  " ": peek,
  e: edit,
  x: toggle,
  ArrowRight: (event) => sideways(event, 1),
  ArrowLeft: (event) => sideways(event, -1),
  ArrowDown: (event) => upright(event, 1),
  ArrowUp: (event) => upright(event, -1),
  Enter: (event) => event.target.matches("[data-edit]") && edit(event),
};

function walk(step) {
  const all = rows().filter((row) => row.checkVisibility({ visibilityProperty: true }));
  const next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(current()) + step))];
  (next?.matches("[data-open]") ? next : next?.querySelector("[data-open]"))?.focus();
  next?.scrollIntoView({ block: "nearest" });
  return Boolean(next);
}

function peek({ target }) {
  const row = current();
  if (!row?.querySelector("[data-preview]") || target.matches("button, input, summary")) return false;
  preview(row);
  return true;
}

/** Shows a row's record beside the list; the address says so, so that it survives a reload. */
function preview(row) {
  for (const each of rows()) each.toggleAttribute("aria-current", each === row);
  htmx.ajax("GET", `/${listed()}/${row.dataset.row}/preview`, { target: ".preview", swap: "innerHTML" });
  remember(row.dataset.row);
}

function remember(record) {
  const address = new URL(location.href);
  if (record) address.searchParams.set("preview", record);
  else address.searchParams.delete("preview");
  history.replaceState(history.state, "", address);
}

function edit({ target }) {
  const cell = target.closest?.("[data-edit]") ?? current()?.querySelector("[data-edit]");
  if (cell) open(cell);
  return Boolean(cell);
}

/** Puts the form of a fact into its cell. */
function open(cell) {
  if (cell.querySelector("form")) return;
  const address = `/${listed()}/${cell.closest("[data-row]").dataset.row}/facts/${cell.dataset.field}?place=cell`;
  htmx.ajax("GET", address, { source: cell, target: cell, swap: "innerHTML" });
}

/** The cell of a row and field as it stands now: what changes on the server may have put another in its place. */
const standing = ({ row, field }) => document.querySelector(`[data-row="${row}"] [data-edit][data-field="${field}"]`);

/** Tab out of a cell that is being changed stores it and opens the next one; with Shift, the one before. */
function onward(event) {
  const cell = event.target.closest?.("[data-rows] [data-edit]");
  const form = cell?.querySelector("form");
  const fields = [...(form?.querySelectorAll("input:not([type=hidden]), select, textarea") ?? [])];
  if (!form || fields.at(event.shiftKey ? 0 : -1) !== event.target) return;
  const cells = [...document.querySelectorAll("[data-rows] [data-edit]")];
  const next = cells[cells.indexOf(cell) + (event.shiftKey ? -1 : 1)];
  const onto = next && { row: next.closest("[data-row]").dataset.row, field: next.dataset.field };
  event.preventDefault();
  const settled = () => {
    if (cell.contains(form) && form.isConnected) return;
    document.removeEventListener("htmx:afterSettle", settled);
    const there = onto && standing(onto);
    if (there && !cell.querySelector("form")) open(there);
  };
  document.addEventListener("htmx:afterSettle", settled);
  form.requestSubmit();
}

function sideways({ target }, step) {
  const stops = [...(current()?.querySelectorAll("[data-open], [data-edit]") ?? [])];
  const next = stops[stops.findIndex((stop) => stop.contains(target)) + (document.dir === "rtl" ? -step : step)];
  if (!next) return false;
  if (next.matches("[data-edit]")) next.tabIndex = -1;
  next.focus();
  return true;
}

/** From a row to the next, in the same column; with Shift, both are selected. */
function upright({ target, shiftKey }, step) {
  const from = current();
  if (!from) return false;
  const column = target.closest("[data-edit]")?.dataset.field;
  walk(step);
  if (shiftKey) select([from, current()]);
  const cell = column && current().querySelector(`[data-edit][data-field="${column}"]`);
  if (cell) {
    cell.tabIndex = -1;
    cell.focus();
  }
  return true;
}

function select(chosen) {
  const boxes = chosen.map((row) => row?.querySelector("[name=ids]")).filter(Boolean);
  for (const box of boxes) box.checked = true;
  anchor = boxes.at(-1) ?? anchor;
  count();
}

document.addEventListener("dblclick", ({ target }) => {
  const cell = target.closest("[data-edit]");
  if (cell) open(cell);
});

function toggle() {
  const box = current()?.querySelector("[name=ids]");
  box?.click();
  return Boolean(box);
}

function escape({ target, defaultPrevented }) {
  if (defaultPrevented || target.closest("dialog")) return;
  const cancel = target.closest("form")?.querySelector("[data-cancel]");
  if (cancel) return cancel.click();
  document.querySelector("[data-close-preview]")?.click();
}

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-close-preview]")) return closePreview(event);
  if (event.target.closest("[data-preview]")) return preview(event.target.closest("[data-row]"));
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
  const pane = document.querySelector(".preview");
  const shown = rows().find((row) => row.dataset.row === new URLSearchParams(location.search).get("preview"));
  if (pane.contains(document.activeElement)) shown?.querySelector("[data-open]").focus();
  shown?.removeAttribute("aria-current");
  pane.replaceChildren();
  remember(null);
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
  for (const button of bar.querySelectorAll("[data-needs]")) button.hidden = Number(button.dataset.needs) !== chosen;
  if (!all.checked) bar.querySelector("[name=matching]").checked = false;
  bar.querySelector("[data-all-matching]").hidden = !(all.checked && document.querySelector(".further"));
}
