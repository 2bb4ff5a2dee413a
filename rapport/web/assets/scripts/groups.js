// Groups of a list fold and unfold.
document.addEventListener("click", ({ target }) => {
  const button = target.closest("[data-fold]");
  if (button) button.setAttribute("aria-expanded", String(button.getAttribute("aria-expanded") === "false"));
});
