// Two people at one conversation: each is told that the other is writing, and of what came while they wrote.
import { post } from "./sending.js";

/** Milliseconds after which it is said again that one writes, and after which one has stopped. */
const AGAIN = 4000;
const STOPPED = 6000;
let said = 0;
let stopping = null;

const addressOf = (form) => form?.dataset.writes;

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-writes]");
  if (!form || !target.matches("textarea, [contenteditable]")) return;
  // Without script, nothing would keep what was typed while one reads: so it is sent only from here on.
  if (form.elements.seen) form.elements.seen.disabled = false;
  clearTimeout(stopping);
  if (!form.elements.text?.value.trim()) return stop(form);
  stopping = setTimeout(() => stop(form), STOPPED);
  if (Date.now() - said < AGAIN) return;
  said = Date.now();
  tell(form, true);
});
document.addEventListener("focusout", ({ target }) => stop(target.closest?.("form[data-writes]")));
document.addEventListener("submit", ({ target }) => stop(target));

function stop(form) {
  clearTimeout(stopping);
  if (!said || !addressOf(form)) return;
  said = 0;
  tell(form, false);
}

function tell(form, goesOn) {
  const body = new FormData();
  if (goesOn) body.append("goes_on", "true");
  post(addressOf(form), body);
}

/** What came in while one was typing: the composer says so, and who sends then has been told. */
document.addEventListener("refreshed", () => {
  for (const form of document.querySelectorAll("form[data-writes]")) {
    const newest = [...document.querySelectorAll("#messages > .message")].map(({ id }) => id.replace("said-", "")).sort().at(-1);
    const { seen, text } = form.elements;
    if (!seen || !newest || newest <= seen.value) continue;
    seen.value = newest;
    if (text?.value.trim()) form.querySelector("[data-overtaken]").hidden = false;
  }
});
