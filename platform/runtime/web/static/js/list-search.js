// The search field of a list, a board or a calendar: it asks when one pauses, and what is typed while an answer is on its way stays.
import { on } from "newel/page";

const PAUSE = 250; // milliseconds without a key
const box = () => document.getElementById("list-search");
let asked = box()?.value;
let composing = false;
let pause = 0;
let kept = null;

function askSoon() {
  clearTimeout(pause);
  pause = setTimeout(() => {
    if (!composing && box() && box().value !== asked) window.htmx.trigger(box(), "newel:search");
  }, PAUSE);
}

// Pinyin that is still being turned into characters is nothing to search for.
on("compositionstart", "#list-search", () => (composing = true));
on("compositionend", "#list-search", () => {
  composing = false;
  askSoon();
});
on("input", "#list-search", askSoon);
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.elt.id === "list-search") asked = event.detail.elt.value;
});

// The field comes again with every answer: it keeps the focus, the cursor, and what has been typed since the question.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target.id !== "list" || !box()) return;
  if (composing) {
    event.detail.shouldSwap = false;
    asked = null;
    return;
  }
  kept = { typed: box().value === asked ? null : box().value, focused: document.activeElement === box(), from: box().selectionStart, to: box().selectionEnd };
});
document.addEventListener("htmx:afterSwap", () => {
  const field = box();
  if (!field) return;
  if (!kept) {
    if (field.value === field.defaultValue) asked = field.value;
    return;
  }
  const { typed, focused, from, to } = kept;
  kept = null;
  asked = field.value;
  if (typed !== null) field.value = typed;
  if (focused) {
    field.focus();
    field.setSelectionRange(from, to);
  }
  if (typed !== null) askSoon();
});
// An answer that was not shown leaves nothing behind.
document.addEventListener("htmx:afterRequest", () => (kept = null));
