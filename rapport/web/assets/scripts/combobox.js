// A field that finds a record while one types: an input[role=combobox], its list, and a hidden input for the id.
const listOf = (input) => document.getElementById(input.getAttribute("aria-controls"));
const optionsOf = (input) => [...listOf(input).querySelectorAll("[role=option]")];

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
  if (event.key === "ArrowDown" || event.key === "ArrowUp") move(event, input, event.key === "ArrowDown" ? 1 : -1);
  if (event.key === "Enter" && marked(input)) {
    event.preventDefault();
    choose(input, marked(input));
  }
  if (event.key === "Escape" && optionsOf(input).length) {
    event.stopPropagation();
    close(input);
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
  if (target.matches?.(".combobox [role=combobox]")) close(target);
});

function move(event, input, step) {
  const options = optionsOf(input);
  if (!options.length) return;
  event.preventDefault();
  const next = options[(options.indexOf(marked(input)) + step + options.length) % options.length];
  for (const each of options) each.setAttribute("aria-selected", String(each === next));
  input.setAttribute("aria-activedescendant", next.id);
  next.scrollIntoView({ block: "nearest" });
}

function marked(input) {
  return listOf(input).querySelector("[aria-selected=true]");
}

function choose(input, option) {
  valueOf(input).value = option.dataset.value;
  input.value = option.dataset.title;
  input.dataset.closed = "true";
  close(input);
  input.dispatchEvent(new Event("chosen", { bubbles: true }));
}

function valueOf(input) {
  return input.closest(".combobox").querySelector("input[type=hidden]");
}

function close(input) {
  // The list is gone when the form was swapped away under the focus.
  listOf(input)?.replaceChildren();
  input.setAttribute("aria-expanded", "false");
  input.removeAttribute("aria-activedescendant");
}
