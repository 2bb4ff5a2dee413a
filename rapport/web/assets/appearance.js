// Runs before the first paint, so that a chosen appearance never flashes.
const chosen = localStorage.getItem("appearance");
if (chosen) document.documentElement.dataset.appearance = chosen;
