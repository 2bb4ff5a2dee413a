// Menus are <details class="menu">; one is open at a time, and a click elsewhere or Escape closes it.
const openMenus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("click", ({ target }) => {
  for (const menu of openMenus()) if (!menu.contains(target)) menu.open = false;
  const chosen = target.closest("[data-appearance-choice]")?.dataset.appearanceChoice;
  if (chosen !== undefined) choose(chosen);
});
// A menu that asks for a word takes the focus when it opens.
document.addEventListener("toggle", ({ target }) => target.matches?.(".menu[open]") && target.querySelector("[role=combobox]")?.focus(), true);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || document.querySelector("dialog[open]")) return;
  for (const menu of openMenus()) {
    event.preventDefault();
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

function choose(appearance) {
  if (appearance) {
    localStorage.setItem("appearance", appearance);
    document.documentElement.dataset.appearance = appearance;
  } else {
    localStorage.removeItem("appearance");
    delete document.documentElement.dataset.appearance;
  }
}
