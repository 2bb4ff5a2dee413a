// The list below a field, of which one line is marked while the focus stays in the field (ARIA: combobox with a listbox).
export const listOf = (field) => document.getElementById(field.getAttribute("aria-controls"));
export const optionsOf = (field) => [...listOf(field).querySelectorAll("[role=option]")];
export const marked = (field) => listOf(field).querySelector("[aria-selected=true]");

/** Marks a line, or none. */
export function mark(field, option) {
  for (const each of optionsOf(field)) each.setAttribute("aria-selected", String(each === option));
  if (field.getAttribute("role") === "combobox") field.setAttribute("aria-expanded", String(optionsOf(field).length > 0));
  if (option) field.setAttribute("aria-activedescendant", option.id);
  else field.removeAttribute("aria-activedescendant");
  option?.scrollIntoView({ block: "nearest" });
}

/** Marks the next line, or the one before, round and round. */
export function step(field, by) {
  const all = optionsOf(field);
  if (all.length) mark(field, all[(Math.max(all.indexOf(marked(field)), by > 0 ? -1 : 0) + by + all.length) % all.length]);
}

export function empty(field) {
  // The list is gone when the form was swapped away under the focus.
  if (!listOf(field)) return;
  listOf(field).replaceChildren();
  mark(field, null);
}
