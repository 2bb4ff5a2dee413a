// A field that finds a record while one types: an input[role=combobox], its list, and a hidden input for the id.
import { empty, marked, optionsOf, step } from "./listbox.js";

document.addEventListener("htmx:afterSettle", ({ detail }) => {
  const input = detail.elt.closest?.(".combobox")?.querySelector("[role=combobox]");
  if (input) input.setAttribute("aria-expanded", String(optionsOf(input).length > 0));
});

document.addEventListener("htmx:beforeSwap", ({ detail }) => {
  // An answer that comes after something was chosen would open the list again, over the button that saves it.
  if (detail.requestConfig.elt.dataset?.closed) detail.shouldSwap = false;
});

document.addEventListener("input", ({ target }) => {
  if (!target.matches(".combobox [role=combobox]")) return;
  // What was chosen no longer holds once the words change.
  valueOf(target).value = "";
  delete target.dataset.closed;
});
document.addEventListener("focusin", ({ target }) => {
  if (target.matches?.(".combobox [role=combobox]")) delete target.dataset.closed;
});

document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.(".combobox [role=combobox]")) return;
  if (["ArrowDown", "ArrowUp"].includes(event.key) && optionsOf(input).length) {
    event.preventDefault();
    step(input, event.key === "ArrowDown" ? 1 : -1);
  }
  if (event.key === "Enter" && marked(input)) {
    event.preventDefault();
    choose(input, marked(input));
  }
  if (event.key === "Escape" && optionsOf(input).length) {
    event.stopPropagation();
    empty(input);
  }
  // Before what Escape means around it.
}, true);

document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".combobox [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option.closest(".combobox").querySelector("[role=combobox]"), option);
});
document.addEventListener("focusout", ({ target }) => {
  if (target.matches?.(".combobox [role=combobox]")) empty(target);
});

function choose(input, option) {
  valueOf(input).value = option.dataset.value;
  input.value = option.dataset.title;
  input.dataset.closed = "true";
  empty(input);
  input.dispatchEvent(new Event("chosen", { bubbles: true }));
}

function valueOf(input) {
  return input.closest(".combobox").querySelector("input[type=hidden]");
}
