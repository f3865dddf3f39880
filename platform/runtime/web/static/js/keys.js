// Keys: an element with data-key="n" is clicked (or focused, if it is a field) by that key; Ctrl-K and ? are everywhere.
import { on, typing } from "newel/page";

const top = () => [...document.querySelectorAll("dialog[open]")].at(-1) ?? document;

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.isComposing) return;
  if (event.key === "Escape" && typing(event.target) && !event.target.closest("dialog")) {
    if (event.target.type === "search") event.preventDefault(); // leaving the field keeps what it found
    event.target.blur();
  }
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const pressed = event.key === " " ? "Space" : event.key;
  if (pressed === "?") {
    event.preventDefault();
    const sheet = document.getElementById("keys");
    if (sheet && !sheet.open) sheet.showModal();
    return;
  }
  if (event.target instanceof Element && event.target.closest("details.menu[open]")) return;
  const wanted = [...top().querySelectorAll(`[data-key="${CSS.escape(pressed)}"]`)].find((element) => element.offsetParent !== null);
  if (!wanted || (top() === document && wanted.closest("dialog"))) return;
  event.preventDefault();
  if (wanted.matches("input, textarea, select")) {
    wanted.focus();
    wanted.select?.();
  } else wanted.click();
});

// Ctrl-S (or Cmd-S) saves the form that is being filled in.
document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && !event.shiftKey && event.key.toLowerCase() === "s") {
    const form = document.activeElement?.closest("form[data-saves]") ?? top().querySelector("form[data-saves]");
    if (form) {
      event.preventDefault();
      form.requestSubmit(form.querySelector("[data-save]") ?? undefined);
    }
  }
});

on("keydown", "summary", (event, summary) => {
  if (event.key === "ArrowDown" && summary.parentElement.matches("details.menu:not([open])")) {
    event.preventDefault();
    summary.parentElement.open = true;
    requestAnimationFrame(() => summary.parentElement.querySelector(".menu-sheet :is(a[href], button, input)")?.focus());
  }
});
