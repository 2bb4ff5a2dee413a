// What is typed into a composer stays until it is stored: through a reload, a failure, or a way elsewhere and back.
const PREFIX = "draft:";
const keyOf = (form) => `${PREFIX}${document.body.dataset.user}:${form.dataset.draft}`;

const restoreIn = (part) => part.querySelectorAll("form[data-draft]").forEach(restore);

restoreIn(document);
document.addEventListener("htmx:afterSettle", ({ detail }) => restoreIn(detail.elt));

document.addEventListener("input", ({ target }) => {
  const form = target.closest?.("form[data-draft]");
  if (form) keep(form, false);
});
document.addEventListener("submit", ({ target }) => {
  if (target.matches("form[data-draft]")) keep(target, true);
  if (target.matches("[data-forget-drafts]")) for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key);
});

// What was sent is forgotten once a page says that it was done; until then it is still a draft.
function restore(form) {
  const draft = JSON.parse(localStorage.getItem(keyOf(form)) ?? "null");
  if (!draft) return;
  if (draft.isSent && document.querySelector("[data-done]")) return localStorage.removeItem(keyOf(form));
  for (const [name, value] of Object.entries(draft.values)) {
    const field = form.elements[name];
    if (field) field.value = value;
  }
}

function keep(form, isSent) {
  const values = Object.fromEntries([...new FormData(form)].filter(([name]) => form.elements[name]?.type !== "hidden"));
  if (!values.text?.trim()) return localStorage.removeItem(keyOf(form));
  localStorage.setItem(keyOf(form), JSON.stringify({ values, isSent }));
}
