// The calendar: a task goes to another day by dragging it, or by Shift and an arrow while it has the focus.
import { post } from "./scripts/sending.js";

const DAYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
let dragged = null;

const taskOf = (target) => target.closest?.("a[data-task]");
const dayOf = (target) => target.closest?.("[data-day]");

document.addEventListener("dragstart", ({ target, dataTransfer }) => {
  dragged = taskOf(target);
  if (dragged) dataTransfer.effectAllowed = "move";
});
document.addEventListener("dragover", (event) => {
  const day = dragged && dayOf(event.target);
  for (const each of document.querySelectorAll(".over")) if (each !== day) each.classList.remove("over");
  if (!day) return;
  event.preventDefault();
  day.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const day = dragged && dayOf(event.target);
  if (!day) return;
  event.preventDefault();
  move(dragged, day.dataset.day);
});
document.addEventListener("dragend", () => {
  dragged = null;
  for (const each of document.querySelectorAll(".over")) each.classList.remove("over");
});

document.addEventListener("keydown", (event) => {
  const task = taskOf(event.target);
  if (!task || !event.shiftKey || !(event.key in DAYS)) return;
  event.preventDefault();
  const isBackward = document.documentElement.dir === "rtl" && ["ArrowLeft", "ArrowRight"].includes(event.key);
  move(task, later(task.dataset.on, isBackward ? -DAYS[event.key] : DAYS[event.key]));
});

/** The day that lies `count` days after one, both as YYYY-MM-DD. */
function later(day, count) {
  const found = new Date(`${day}T00:00:00Z`);
  found.setUTCDate(found.getUTCDate() + count);
  return found.toISOString().slice(0, 10);
}

async function move(task, day) {
  const { task: id, on } = task.dataset;
  if (day === on) return;
  // At once, so that a second key press goes on from here; the page that comes next says what is stored.
  task.dataset.on = day;
  const asked = new URLSearchParams(location.search);
  asked.set("seen", on);
  const { toast } = await post(`/calendar/move/${day}?${asked}`, new URLSearchParams({ ids: id }));
  document.dispatchEvent(new CustomEvent("toast", { detail: toast }));
  document.dispatchEvent(new CustomEvent("refresh"));
}
