// The box at the top: what the server found, and what this page can do, chosen by arrows and Enter or by pointing.
import { fold } from "./text.js";

const COMMANDS = 6;
const box = () => document.querySelector("#search");
const list = () => document.querySelector("#found");
const options = () => [...list().querySelectorAll("[role=option]")];
const marked = () => list().querySelector("[aria-selected=true]");
let commands = [];
/** What had the focus before the box took it. */
let before = null;

// At once, not when it has settled: somebody may have pressed an arrow by then.
document.addEventListener("htmx:afterSwap", ({ detail }) => {
  if (detail.target?.id !== "found") return;
  const here = commandsFor(box().value);
  if (here.childElementCount) list().prepend(here);
  mark(options()[0]);
  box().setAttribute("aria-expanded", String(options().length > 0));
});

document.addEventListener("focusin", ({ target, relatedTarget }) => {
  if (target.id !== "search") return;
  commands = [];
  before = relatedTarget;
});

document.addEventListener("keydown", (event) => {
  if (event.target.id !== "search") return;
  if (event.key === "ArrowDown" || event.key === "ArrowUp") step(event, event.key === "ArrowDown" ? 1 : -1);
  if (event.key === "Enter" && marked()) run(event, () => marked().click());
  if (event.key !== "Escape") return;
  event.stopPropagation();
  run(event, close);
}, true);

// A pointer must not take the focus from the box before the click, or the list would be gone.
document.addEventListener("mousedown", (event) => event.target.closest("#found") && event.preventDefault());

document.addEventListener("click", (event) => {
  const option = event.target.closest("#found [data-command]");
  if (!option) return;
  const { element } = commands[option.dataset.command];
  close();
  if (!element.matches("summary")) return element.click();
  element.parentElement.open = true;
  element.focus();
});

function step(event, by) {
  const all = options();
  if (!all.length) return;
  event.preventDefault();
  mark(all[(all.indexOf(marked()) + by + all.length) % all.length]);
}

function mark(option) {
  for (const each of options()) each.setAttribute("aria-selected", String(each === option));
  if (!option) return box().removeAttribute("aria-activedescendant");
  box().setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function run(event, action) {
  event.preventDefault();
  action();
}

function close() {
  box().value = "";
  list().replaceChildren();
  box().setAttribute("aria-expanded", "false");
  box().blur();
  before?.focus();
}

// Everything that can be pressed on this page, in menus that are closed, too. What isn't allowed isn't on the page.
function onThisPage() {
  const found = new Map();
  for (const element of document.querySelectorAll("main :is(button, a.button, summary.button), .menu .sheet :is(a, button)")) {
    const name = (element.getAttribute("aria-label") ?? element.textContent).trim().replace(/\s+/g, " ");
    const isThere = element.closest("details.menu") ?? element;
    if (!name || found.has(name) || element.disabled || element.closest("tbody, template, .toast") || !isThere.checkVisibility()) continue;
    found.set(name, element);
  }
  return [...found].map(([name, element]) => ({ name, element }));
}

function commandsFor(text) {
  const group = document.createElement("div");
  if (!text.trim()) return group;
  if (!commands.length) commands = onThisPage();
  const fitting = [...commands.keys()].filter((number) => fits(text, commands[number].name)).slice(0, COMMANDS);
  if (!fitting.length) return group;
  group.setAttribute("role", "group");
  group.setAttribute("aria-labelledby", "group-here");
  group.append(document.querySelector("#here").content.cloneNode(true));
  const option = group.querySelector("[role=option]");
  option.remove();
  for (const number of fitting) group.append(optionOf(option.cloneNode(true), number));
  return group;
}

function optionOf(option, number) {
  const { name, element } = commands[number];
  option.id = `here-${number}`;
  option.dataset.command = number;
  option.querySelector("b").textContent = name;
  option.querySelector(".mark").replaceChildren(element.querySelector("svg")?.cloneNode(true) ?? "");
  return option;
}

// Each word typed begins one of the name's words.
function fits(text, name) {
  const words = fold(name).split(" ");
  return fold(text).split(" ").every((asked) => words.some((word) => word.startsWith(asked)));
}
