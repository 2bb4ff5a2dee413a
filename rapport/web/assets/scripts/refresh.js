// Puts what has changed on the server in place, part by part, and never under somebody's hands.
//   data-part            replaced as a whole
//   data-part="fact"     the same; while its form is open, the other value is shown beside what is being typed
//   data-part="all"      a list whose members have ids: each is replaced, added or removed by itself
//   data-part="timeline" the same, but what was loaded behind its end by scrolling stays
//   data-part="rows"     members are changed in place; those that come or go wait until somebody says "refresh"
import htmx from "htmx.org";

let news = null;

/** Fetches the page again and brings it up to date. False when there is nothing more to hear. */
export async function refresh() {
  const asked = location.href;
  const answer = await fetch(asked, { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer) return true;
  if (!answer.ok || answer.redirected) return gone(answer.status);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (location.href !== asked) return true;
  settleTokens(fresh);
  for (const part of document.querySelectorAll("[data-part][id]")) {
    const other = fresh.getElementById(part.id);
    if (other) update(part, other);
  }
  document.dispatchEvent(new CustomEvent("refreshed"));
  return true;
}

function gone(status) {
  const words = document.querySelector("#words").dataset;
  if (status === 404) document.dispatchEvent(new CustomEvent("toast", { detail: { text: words.gone } }));
  return status >= 500;
}

/** Tokens against forgery differ with each rendering, and say nothing. */
function settleTokens(fresh) {
  const ours = document.querySelector("[name=csrfmiddlewaretoken]")?.value;
  for (const field of fresh.querySelectorAll("[name=csrfmiddlewaretoken]")) field.setAttribute("value", ours);
}

function update(part, fresh) {
  delete part.dataset.waits;
  const kind = part.dataset.part;
  if (kind !== fresh.dataset.part || kind === "") replace(part, fresh, part);
  else if (kind === "fact") updateFact(part, fresh, fresh.querySelector("dd"));
  else if (kind === "rows") updateRows(part, fresh);
  else merge(part, fresh, kind === "timeline");
}

const isSame = (one, other) => one.isEqualNode(other);

/** What is open in a part; a form in a closed menu isn't. */
const OPEN = "form.form:not(details:not([open]) form), details.menu[open]";

/** Whether somebody is at work there, or something they asked for is on its way into it. */
function isBusy(element) {
  const field = element.contains(document.activeElement) && document.activeElement.matches("input, select, textarea");
  return field || element === document.activeElement || element.querySelector(OPEN) !== null || element.matches(".htmx-request");
}

/** Puts `fresh` in the place of `old`, unless somebody is at work there: then `part` waits. */
function replace(old, fresh, part) {
  if (isSame(old, fresh)) return;
  if (isBusy(old)) {
    part.dataset.waits = "";
    return;
  }
  const focused = old.contains(document.activeElement) && document.activeElement.getAttribute("href");
  const made = document.importNode(fresh, true);
  old.replaceWith(made);
  htmx.process(made);
  if (focused) (made.matches(`[href="${focused}"]`) ? made : made.querySelector(`[href="${focused}"]`))?.focus();
}

/** A fact, or a list's cell, may be open for editing. */
function updateFact(part, fresh, shown) {
  const form = part.querySelector("form.form");
  if (form) showOther(form, shown);
  else replace(part, fresh, part);
}

/** Shows, above the form of a value, what somebody else has made of it; saving then puts ours in its place. */
async function showOther(form, shown) {
  const seen = form.querySelector("[name=seen]");
  const place = form.querySelector("[name=place]")?.value ?? "";
  const answer = await fetch(`${form.action}?place=${place}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || !seen) return;
  const current = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[name=seen]")?.value;
  if (current === undefined || current === seen.value || !form.isConnected) return;
  seen.value = current;
  form.querySelector(".conflict")?.remove();
  const box = document.querySelector("#overtaken").content.firstElementChild.cloneNode(true);
  for (const node of shown.cloneNode(true).childNodes) if (!node.matches?.(".change")) box.querySelector("dd").append(node.cloneNode(true));
  form.prepend(box);
}

/** Brings a list to the members, in the order, of the fresh one. */
function merge(list, fresh, keepsEnd) {
  const known = membersOf(list);
  const wanted = [...membersOf(fresh)];
  let place = list.firstElementChild;
  for (const [key, member] of wanted) {
    const old = known.get(key);
    known.delete(key);
    if (old && old === place) place = place.nextElementSibling;
    else if (old) list.insertBefore(old, place);
    if (old) replace(old, member, list);
    else adopt(list, member, place);
  }
  if (!keepsEnd) for (const old of known.values()) old.remove();
}

function membersOf(list) {
  return new Map([...list.children].map((each) => [each.id || each.dataset.row, each]).filter(([key]) => key));
}

function adopt(list, member, place) {
  const made = document.importNode(member, true);
  list.insertBefore(made, place);
  htmx.process(made);
}

function updateRows(part, fresh) {
  const ours = membersOf(part);
  const theirs = membersOf(fresh);
  for (const [key, row] of theirs) if (ours.has(key)) updateRow(ours.get(key), row, part);
  const shown = [...ours.keys()].slice(0, theirs.size);
  // What comes in at one place pushes another off the page: together they are one.
  const come = [...theirs.keys()].filter((key) => !ours.has(key)).length;
  const differing = Math.max(come, shown.filter((key) => !theirs.has(key)).length);
  const isMoved = differing === 0 && shown.join() !== [...theirs.keys()].join();
  news = differing || isMoved ? { part, fresh } : null;
  offer(part, differing || 1);
}

function updateRow(row, fresh, part) {
  if (!row.matches("tr")) return replace(row, fresh, part);
  [...row.cells].forEach((cell, position) => {
    if (fresh.cells[position]) updateFact(cell, fresh.cells[position], fresh.cells[position]);
  });
}

/** A quiet word above the list that there is more; nothing moves under the pointer. */
function offer(part, count) {
  const about = part.closest("table") ?? part.querySelector("header");
  const old = about.parentElement.querySelector(".news");
  if (!news) return old?.remove();
  const box = old ?? document.querySelector("#news").content.firstElementChild.cloneNode(true);
  box.querySelector("button").textContent = document.querySelector("#words").dataset.news.replace("{count}", count);
  if (!old) about[about.matches("table") ? "before" : "after"](box);
}

/** Shows what was offered. */
export function takeNews() {
  if (!news) return;
  const { part, fresh } = news;
  news = null;
  document.querySelector(".news")?.remove();
  merge(part, fresh, part.matches("tbody"));
}
