// The calendar: a task, or a meeting to come, goes to another day by dragging it, or by Shift and an arrow while it has the focus.
import { post } from "./scripts/sending.js";

const DAYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };
let dragged = null;
let sent = Promise.resolve();

const itemOf = (target) => target.closest?.("a[data-on]");
const dayOf = (target) => target.closest?.("[data-day]");

document.addEventListener("dragstart", ({ target, dataTransfer }) => {
  dragged = itemOf(target);
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
  const item = itemOf(event.target);
  if (!item || !event.shiftKey || !(event.key in DAYS)) return;
  event.preventDefault();
  const isBackward = document.documentElement.dir === "rtl" && ["ArrowLeft", "ArrowRight"].includes(event.key);
  move(item, later(item.dataset.on, isBackward ? -DAYS[event.key] : DAYS[event.key]));
});

/** The day that lies `count` days after one, both as YYYY-MM-DD. */
function later(day, count) {
  const found = new Date(`${day}T00:00:00Z`);
  found.setUTCDate(found.getUTCDate() + count);
  return found.toISOString().slice(0, 10);
}

/** One after the other: the next goes on from where the one before has put it. */
function move(item, day) {
  const { on } = item.dataset;
  if (day === on) return;
  // At once, so that a second key press goes on from here; the page that comes next says what is stored.
  item.dataset.on = day;
  sent = sent.then(() => send(item.dataset, on, day));
}

async function send(about, on, day) {
  const { toast } = await (about.task ? moveTask : moveMeeting)(about, on, day);
  document.dispatchEvent(new CustomEvent("toast", { detail: toast }));
  document.dispatchEvent(new CustomEvent("refresh"));
}

function moveTask({ task }, on, day) {
  const asked = new URLSearchParams(location.search);
  asked.set("seen", on);
  return post(`/calendar/move/${day}?${asked}`, new URLSearchParams({ ids: task }));
}

/** A meeting keeps its time of day. */
function moveMeeting({ meeting, at }, on, day) {
  const back = `${location.pathname}${location.search}`;
  return post(meeting, new URLSearchParams({ at: `${day}T${at}`, was: `${on}T${at}`, back }));
}
