// Short messages at the foot of the window. The server sends them as the event "toast": {text, undo, url}.
const STAY = 8000;

document.addEventListener("toast", ({ detail }) => show(detail));
for (const toast of document.querySelectorAll(".toasts .toast")) leaveLater(toast);
document.addEventListener("click", ({ target }) => {
  if (target.closest(".toast .dismiss")) target.closest(".toast").remove();
});

function show({ text, undo, values }) {
  const toast = document.querySelector("#toast").content.firstElementChild.cloneNode(true);
  toast.querySelector(".text").textContent = text;
  const form = toast.querySelector("form");
  if (undo) {
    form.action = undo;
    for (const value of values ?? []) form.append(hidden("ids", value));
  } else form.remove();
  document.querySelector(".toasts").append(toast);
  leaveLater(toast);
}

function hidden(name, value) {
  return Object.assign(document.createElement("input"), { type: "hidden", name, value });
}

function leaveLater(toast) {
  setTimeout(() => {
    if (toast.matches(":hover, :focus-within")) leaveLater(toast);
    else toast.remove();
  }, STAY);
}
