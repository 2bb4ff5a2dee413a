// Shift on a column's heading (a click, or Enter) sorts by it as well, where without it one sorts by it alone.
document.addEventListener("click", (event) => {
  const heading = event.target.closest("[data-further]");
  if (!heading || !event.shiftKey) return;
  event.preventDefault();
  location.assign(heading.dataset.further);
});
