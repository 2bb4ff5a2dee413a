// Uploading: files are chosen or dropped, listed and measured before they are sent, and the sending is shown.
const language = document.documentElement.lang;
const STEPS = ["byte", "kilobyte", "megabyte", "gigabyte"];

document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-drop] input")) list(target);
});

for (const name of ["dragover", "dragleave", "drop"]) {
  document.addEventListener(name, (event) => {
    const place = event.target.closest?.("[data-drop]");
    if (!place || !event.dataTransfer?.types.includes("Files")) return;
    event.preventDefault();
    place.classList.toggle("over", name === "dragover");
    if (name === "drop") take(place.querySelector("input"), event.dataTransfer.files);
  });
}

function take(input, files) {
  input.files = files;
  list(input);
}

/** Shows what was chosen, and says at once when it is too much. */
function list(input) {
  const form = input.form;
  const chosen = [...input.files];
  input.closest("[data-drop]").querySelector("[data-chosen]").replaceChildren(...chosen.map(line));
  const isTooLarge = chosen.reduce((sum, file) => sum + file.size, 0) > Number(form.dataset.most);
  form.querySelector("#problem-files").textContent = isTooLarge ? form.dataset.tooLarge : "";
  input.toggleAttribute("aria-invalid", isTooLarge);
  if (isTooLarge) input.setAttribute("aria-invalid", "true");
  form.querySelector("button.primary").disabled = isTooLarge;
}

function line(file) {
  const item = document.createElement("li");
  const size = document.createElement("span");
  size.textContent = measure(file.size);
  item.append(file.name, " ", size);
  return item;
}

function measure(bytes) {
  // In the powers of 1,024 in which the server counts.
  const step = Math.min(STEPS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const format = new Intl.NumberFormat(language, { style: "unit", unit: STEPS[step], maximumFractionDigits: 1 });
  return format.format(bytes / 1024 ** step);
}

document.addEventListener("htmx:xhr:progress", ({ target, detail }) => {
  const sending = target.querySelector?.(".sending");
  if (!sending || !detail.lengthComputable) return;
  sending.hidden = false;
  sending.querySelector("progress").value = detail.loaded / detail.total;
  sending.querySelector("output").textContent = `${measure(detail.loaded)} / ${measure(detail.total)}`;
});
