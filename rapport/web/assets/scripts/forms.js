// Forms: selects that send at once, the reader's time zone, and the browser's own answer to a double send.
document.addEventListener("change", ({ target }) => {
  if (target.matches("[data-send]")) target.form.requestSubmit();
});

for (const field of document.querySelectorAll("[data-time-zone]")) {
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if ([...field.options].some((option) => option.value === zone)) field.value = zone;
}

document.addEventListener("submit", ({ target, submitter }) => {
  if (target.method !== "post" || target.hasAttribute("hx-post")) return;
  // After this turn, so that the button's own name and value are still sent.
  setTimeout(() => submitter && (submitter.disabled = true));
});
window.addEventListener("pageshow", ({ persisted }) => {
  if (persisted) for (const button of document.querySelectorAll("button:disabled")) button.disabled = false;
});
