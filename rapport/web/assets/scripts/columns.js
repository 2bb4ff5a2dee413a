// The columns of a table: as wide as somebody makes them, by dragging an edge or by arrow keys on it, and in the order
// in which they are put, by dragging a heading or by Alt with the arrow keys in the menu of columns. Kept in the address.
const STEP = 16;
const LEAST = 60;
const MOST = 800;

const headings = (table) => [...table.querySelectorAll("thead th[data-column]")];
const sign = () => (document.dir === "rtl" ? -1 : 1);

/** The widths as they are shown now, held from here on. */
function hold(table) {
  if (table.matches(".sized")) return;
  const widths = [...table.querySelectorAll("thead th")].map((each) => Math.round(each.offsetWidth));
  const group = document.createElement("colgroup");
  for (const width of widths) group.append(Object.assign(document.createElement("col"), { width }));
  table.querySelector("colgroup")?.remove();
  table.querySelector("caption").after(group);
  table.classList.add("sized");
  table.width = widths.reduce((sum, each) => sum + each, 0);
}

function widen(edge, width) {
  const heading = edge.closest("th");
  const table = heading.closest("table");
  hold(table);
  const column = table.querySelectorAll("col")[heading.cellIndex];
  const wanted = Math.round(Math.min(MOST, Math.max(LEAST, width)));
  table.width = Number(table.width) + wanted - Number(column.width);
  column.width = wanted;
  edge.setAttribute("aria-valuenow", wanted);
}

function keepWidths(table) {
  const columns = table.querySelectorAll("col");
  keep("widths", headings(table).map((each) => `${each.dataset.column}:${columns[each.cellIndex].width}`).join(","));
}

/** From now on this page's address, and wherever it leads to itself, says so. */
function keep(name, value) {
  const said = (search) => {
    const asked = new URLSearchParams(search);
    asked.set(name, value);
    return asked.toString();
  };
  history.replaceState(history.state, "", `?${said(location.search)}`);
  for (const link of document.querySelectorAll(`main a[href^="${location.pathname}?"]`)) link.search = said(link.search);
  for (const field of document.querySelectorAll("main input[name=at]")) field.value = said(field.value);
}

document.addEventListener("pointerdown", (event) => {
  const edge = event.target.closest?.("[data-edge]");
  if (!edge) return;
  event.preventDefault();
  const from = { x: event.clientX, width: edge.closest("th").offsetWidth };
  const follow = ({ clientX }) => widen(edge, from.width + (clientX - from.x) * sign());
  edge.setPointerCapture(event.pointerId);
  edge.addEventListener("pointermove", follow);
  edge.addEventListener("lostpointercapture", () => {
    edge.removeEventListener("pointermove", follow);
    if (edge.closest("table").matches(".sized")) keepWidths(edge.closest("table"));
  }, { once: true });
});
document.addEventListener("click", (event) => event.target.closest("[data-edge]") && event.preventDefault());
document.addEventListener("keydown", (event) => {
  const edge = event.target.closest?.("[data-edge]");
  if (!edge || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
  event.preventDefault();
  event.stopPropagation();
  widen(edge, edge.closest("th").offsetWidth + (event.key === "ArrowRight" ? STEP : -STEP) * sign());
  keepWidths(edge.closest("table"));
}, true);

// The order: a heading is put in the place of another.
let moved = null;
document.addEventListener("dragstart", (event) => {
  moved = event.target.closest?.("th[draggable=true]");
  if (!moved) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", moved.dataset.column);
});
document.addEventListener("dragover", (event) => moved && event.target.closest?.("th[draggable=true]") && event.preventDefault());
document.addEventListener("drop", (event) => {
  const place = moved && event.target.closest?.("th[draggable=true]");
  if (!place || place === moved) return;
  event.preventDefault();
  const names = headings(place.closest("table")).map((each) => each.dataset.column);
  const [from, to] = [names.indexOf(moved.dataset.column), names.indexOf(place.dataset.column)];
  names.splice(to, 0, ...names.splice(from, 1));
  const address = new URL(location.href);
  address.searchParams.set("fields", names.join(","));
  location.assign(address);
});
document.addEventListener("dragend", () => (moved = null));

// In the menu: what is sent is in the order of the lines.
document.addEventListener("keydown", (event) => {
  const line = event.altKey && event.target.closest?.("[data-ordered] > label");
  if (!line || !["ArrowUp", "ArrowDown"].includes(event.key)) return;
  event.preventDefault();
  const other = event.key === "ArrowUp" ? line.previousElementSibling : line.nextElementSibling;
  if (!other?.matches("label")) return;
  other[event.key === "ArrowUp" ? "before" : "after"](line);
  event.target.focus();
  const lines = [...line.parentElement.querySelectorAll(":scope > label")];
  line.closest("form").querySelector("[role=status]").textContent = `${line.textContent.trim()}: ${lines.indexOf(line) + 1}`;
});
