// Writing an e-mail: rich text in a field of its own, recipients that are found while one types, a draft that is kept
// as it is typed, and Ctrl Enter to send. Without script the same form holds the text as HTML.
import { empty, listOf, mark, marked, optionsOf, step } from "./scripts/listbox.js";
import { post } from "./scripts/sending.js";

const form = document.querySelector("form.mail");
if (form) begin(form);

function begin(form) {
  const editor = form.querySelector(".rich");
  const source = form.elements.html;
  editor.hidden = form.querySelector(".tools").hidden = false;
  source.hidden = true;
  for (const each of form.querySelectorAll("[data-without-script]")) each.hidden = true;
  document.execCommand("defaultParagraphSeparator", false, "p");
  const state = { dirty: false, saving: null, timer: 0, sent: false };
  const changed = () => {
    source.value = editor.innerHTML;
    state.dirty = true;
    clearTimeout(state.timer);
    state.timer = setTimeout(() => save(form, state), 900);
  };
  editor.addEventListener("input", changed);
  editor.addEventListener("paste", (event) => paste(event));
  form.addEventListener("input", ({ target }) => target !== editor && target.name !== "at" && changed());
  form.addEventListener("change", ({ target }) => target.name === "mailbox" && changed());
  form.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("button[name=when][value=now]"));
    } else if (event.key === "Enter" && event.target.matches("input")) event.preventDefault();
  });
  form.addEventListener("submit", (event) => submit(event, form, state));
  window.addEventListener("beforeunload", (event) => state.dirty && !state.sent && event.preventDefault());
  tools(form, editor);
  if (!form.elements.to.value) form.elements.to.focus();
  else start(editor);
}

function start(editor) {
  editor.focus();
  getSelection().collapse(editor.firstChild ?? editor, 0);
}

/** What is on its way to the server is waited for: the version that it answers goes along. */
async function submit(event, form, state) {
  clearTimeout(state.timer);
  if (!state.saving) {
    state.sent = true;
    return;
  }
  event.preventDefault();
  await state.saving;
  state.sent = true;
  // It was taken for sent, and so for no longer to be pressed.
  if (event.submitter) event.submitter.disabled = false;
  form.requestSubmit(event.submitter);
}

function save(form, state) {
  if (state.sent || !state.dirty) return state.saving;
  const mine = (state.saving ?? Promise.resolve()).then(() => saveNow(form, state)).finally(() => {
    // Another may have been waiting for this one.
    if (state.saving === mine) state.saving = null;
  });
  state.saving = mine;
  return mine;
}

async function saveNow(form, state) {
  const told = form.querySelector(".saved");
  told.textContent = told.dataset.saving;
  state.dirty = false;
  const { answer, toast } = await post(form.dataset.save, new FormData(form));
  if (answer?.ok) {
    form.elements.version.value = (await answer.json()).version;
    told.textContent = told.dataset.saved;
    tellRecipients(form);
    return;
  }
  state.dirty = true;
  told.textContent = told.dataset.failed;
  if (toast.text) document.dispatchEvent(new CustomEvent("toast", { detail: toast }));
}

let recipients = null;

/** Whoever is new among them may be in touch with another department. */
function tellRecipients(form) {
  const now = form.elements.to.value + form.elements.cc.value;
  if (now !== recipients) document.body.dispatchEvent(new Event("recipients"));
  recipients = now;
}

const FORMATS = { bold: ["bold"], italic: ["italic"], bullets: ["insertUnorderedList"], numbers: ["insertOrderedList"], quote: ["formatBlock", "blockquote"], plain: ["removeFormat"] };

function tools(form, editor) {
  const dialog = form.querySelector(".asking-link");
  let range = null;
  for (const button of form.querySelectorAll("[data-format]")) {
    // The selection stays where it is.
    button.addEventListener("mousedown", (event) => event.preventDefault());
    button.addEventListener("click", () => {
      if (button.dataset.format === "link") {
        const selection = getSelection();
        range = selection.rangeCount && editor.contains(selection.anchorNode) ? selection.getRangeAt(0) : null;
        return dialog.showModal();
      }
      editor.focus();
      document.execCommand(FORMATS[button.dataset.format][0], false, FORMATS[button.dataset.format][1]);
    });
  }
  form.querySelector("[data-link]").addEventListener("click", () => {
    const field = form.querySelector("#link-address");
    const address = field.value.trim();
    dialog.close();
    editor.focus();
    if (range) {
      getSelection().removeAllRanges();
      getSelection().addRange(range);
    }
    if (!/^(https?:|mailto:|tel:)/i.test(address)) return;
    if (getSelection().isCollapsed) document.execCommand("insertText", false, address);
    else document.execCommand("createLink", false, address);
    field.value = "";
  });
}

const KEPT = new Set("A B BLOCKQUOTE BR CODE DIV EM H1 H2 H3 I LI OL P PRE S SPAN STRONG SUB SUP U UL TABLE TBODY THEAD TR TD TH".split(" "));
const DROPPED = "script, style, title, meta, link, img, svg, object, iframe, template";

/** What is pasted keeps its paragraphs, lists and links, and loses the look of where it came from. */
function paste(event) {
  const html = event.clipboardData.getData("text/html");
  if (!html) return;
  event.preventDefault();
  const body = new DOMParser().parseFromString(html, "text/html").body;
  for (const each of body.querySelectorAll(DROPPED)) each.remove();
  for (const each of [...body.querySelectorAll("*")]) {
    for (const { name } of [...each.attributes]) if (name !== "href") each.removeAttribute(name);
    if (!KEPT.has(each.tagName)) each.replaceWith(...each.childNodes);
  }
  document.execCommand("insertHTML", false, body.innerHTML);
}

// Recipients: the piece behind the last comma is looked for.
const PIECE = /(?:"[^"]*"|[^,;"])*$/;
let waiting = 0;

document.addEventListener("input", ({ target }) => {
  if (!target.matches("[data-recipients]")) return;
  clearTimeout(waiting);
  waiting = setTimeout(() => offer(target), 120);
});
document.addEventListener("focusout", ({ target }) => target.matches?.("[data-recipients]") && empty(target));
document.addEventListener("mousedown", (event) => {
  const option = event.target.closest(".mail .found [role=option]");
  if (!option) return;
  event.preventDefault();
  choose(option.closest(".line").querySelector("input"), option);
});
document.addEventListener("keydown", (event) => {
  const input = event.target;
  if (!input.matches?.("[data-recipients]") || !marked(input)) return;
  const action = { ArrowDown: () => step(input, 1), ArrowUp: () => step(input, -1), Enter: () => choose(input, marked(input)), Tab: () => choose(input, marked(input)), Escape: () => empty(input) }[event.key];
  if (!action || event.ctrlKey || event.metaKey || (event.key === "Tab" && event.shiftKey)) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  action();
}, true);

async function offer(input) {
  const typed = input.value.match(PIECE)[0].trim();
  if (typed.length < 2) return empty(input);
  const answer = await fetch(`${input.dataset.recipients}?${new URLSearchParams({ q: typed })}`, { headers: { "HX-Request": "true" } }).catch(() => null);
  if (!answer?.ok || document.activeElement !== input || input.value.match(PIECE)[0].trim() !== typed) return;
  listOf(input).innerHTML = await answer.text();
  mark(input, optionsOf(input)[0]);
}

function choose(input, option) {
  const before = input.value.slice(0, input.value.match(PIECE).index);
  input.value = `${before && `${before.trimEnd()} `}${option.dataset.written}, `;
  empty(input);
  input.dispatchEvent(new Event("input", { bubbles: true }));
}
