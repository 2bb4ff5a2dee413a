// Boards: a card is dragged to another column, moved there by keys (Space, arrows, Space), or by its menu.
// It stands there at once, and goes back, saying why, when the server refuses.
import { refresh } from "./refresh.js";
import { post } from "./sending.js";

const board = () => document.querySelector("[data-board]");
const laneOf = (tile) => tile.closest("[data-lane]");
const nameOf = (tile) => tile.querySelector("[data-open]").textContent.trim();
const labelOf = (lane) => lane.querySelector("h2").textContent.trim();
const cardsOf = (lane) => lane.querySelector("ol");

/** The card on its way, and where it came from. */
let carried = null;

function say(text, tile, lane) {
  const news = document.querySelector("#board-news");
  news.textContent = text.replace("{name}", nameOf(tile)).replace("{column}", lane ? labelOf(lane) : "");
}

function pick(tile) {
  carried = { tile, lane: laneOf(tile), next: tile.nextElementSibling };
  tile.querySelector(".problem")?.remove();
  tile.classList.add("carried");
}

function putBack({ tile, lane, next }) {
  cardsOf(lane).insertBefore(tile, next?.parentElement === cardsOf(lane) ? next : null);
}

function letGo() {
  carried?.tile.classList.remove("carried");
  for (const lane of document.querySelectorAll(".lane.over")) lane.classList.remove("over");
  const done = carried;
  carried = null;
  return done;
}

/** Puts what is carried into a column: at once here, then on the server. */
function drop(lane) {
  const from = letGo();
  if (!from || lane === from.lane) return from && putBack(from);
  if (!lane.matches("[data-takes]")) {
    putBack(from);
    return complain(from.tile, board().dataset.nowhere);
  }
  const hasFocus = from.tile.contains(document.activeElement);
  cardsOf(lane).prepend(from.tile);
  return send(from, lane, hasFocus);
}

async function send(from, lane, hasFocus) {
  const { tile } = from;
  const sent = new FormData(document.querySelector("#board-move"));
  sent.set("to", lane.dataset.lane);
  sent.set("seen", tile.dataset.seen);
  const { rows } = board().closest("[data-rows]").dataset;
  const { answer, toast } = await post(`/${rows}/${tile.dataset.row}/move`, sent);
  if (!answer?.ok) {
    putBack(from);
    complain(tile, toast.text);
  } else {
    settle(tile, await answer.text());
    say(board().dataset.over, tile, lane);
    document.dispatchEvent(new CustomEvent("toast", { detail: toast }));
  }
  // Whatever is moved in a page loses the focus.
  const stay = () => hasFocus && document.querySelector(`#${CSS.escape(tile.id)} [data-open]`)?.focus();
  stay();
  if (answer?.ok) refresh().then(stay);
}

/** The card as the server tells it now. */
function settle(tile, html) {
  const fresh = new DOMParser().parseFromString(html, "text/html").querySelector(".tile");
  tile.dataset.seen = fresh.dataset.seen;
  tile.replaceChildren(...fresh.childNodes);
}

function complain(tile, text) {
  const words = Object.assign(document.createElement("p"), { className: "problem", role: "alert", textContent: text });
  tile.append(words);
}

// By mouse.
document.addEventListener("dragstart", (event) => {
  const tile = event.target.closest?.(".tile[draggable]");
  if (!tile) return;
  pick(tile);
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", nameOf(tile));
});
document.addEventListener("dragover", (event) => {
  const lane = carried && event.target.closest?.(".lane[data-takes]");
  for (const each of document.querySelectorAll(".lane.over")) if (each !== lane) each.classList.remove("over");
  if (!lane) return;
  event.preventDefault();
  lane.classList.add("over");
});
document.addEventListener("drop", (event) => {
  const lane = carried && event.target.closest?.(".lane[data-takes]");
  if (!lane) return;
  event.preventDefault();
  drop(lane);
});
document.addEventListener("dragend", letGo);

// By keyboard; before what these keys mean in a list.
document.addEventListener("keydown", keyed, true);

function keyed(event) {
  const tile = event.target.closest?.(".tile");
  if (!tile || event.ctrlKey || event.metaKey || event.altKey || event.target.matches("button")) return;
  // What is carried may have been left, or replaced by what a live page brought.
  if (carried && (tile !== carried.tile || !carried.tile.isConnected)) {
    const from = letGo();
    if (from.tile.isConnected) putBack(from);
  }
  const act = carried ? CARRYING[event.key] : WALKING[event.key];
  if (!act) return;
  event.preventDefault();
  event.stopPropagation();
  act(tile, event);
}

const across = (event) => (event.key === "ArrowRight") === (document.dir !== "rtl") ? 1 : -1;

const WALKING = {
  " ": (tile) => {
    if (!tile.draggable) return;
    pick(tile);
    say(board().dataset.picked, tile);
  },
  ArrowRight: aside,
  ArrowLeft: aside,
};
const CARRYING = {
  " ": (tile) => drop(laneOf(tile)),
  Enter: (tile) => drop(laneOf(tile)),
  Escape: (tile) => {
    putBack(letGo());
    say(board().dataset.back, tile);
    focus(tile);
  },
  Tab: () => {},
  ArrowUp: () => {},
  ArrowDown: () => {},
  ArrowRight: carry,
  ArrowLeft: carry,
};

/** The next column on one side; of those that take a card, when `taking`. */
function beside(lane, step, taking) {
  const lanes = [...board().querySelectorAll(taking ? "[data-lane]:is([data-takes], :has(.carried))" : "[data-lane]:has(.tile)")];
  return lanes[lanes.indexOf(lane) + step];
}

function aside(tile, event) {
  const next = beside(laneOf(tile), across(event));
  if (next) focus(next.querySelector(".tile"));
}

function carry(tile, event) {
  const next = beside(laneOf(tile), across(event), true);
  if (!next) return;
  if (next === carried.lane) putBack(carried);
  else cardsOf(next).prepend(tile);
  focus(tile);
  say(board().dataset.over, tile, next);
}

function focus(tile) {
  tile.querySelector("[data-open]").focus({ preventScroll: true });
  tile.scrollIntoView({ block: "nearest", inline: "nearest" });
}

// By its menu, as fingers do.
let asked = null;
document.addEventListener("click", ({ target }) => {
  if (target.closest("[data-move]")) {
    asked = target.closest(".tile");
    for (const button of document.querySelectorAll("#lanes [data-to]")) button.disabled = button.dataset.to === laneOf(asked).dataset.lane;
    document.querySelector("#lanes").showModal();
  }
  const to = target.closest("#lanes [data-to]");
  if (!to) return;
  document.querySelector("#lanes").close();
  pick(asked);
  drop(board().querySelector(`[data-lane="${CSS.escape(to.dataset.to)}"]`));
});
