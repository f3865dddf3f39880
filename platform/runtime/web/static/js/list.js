// A list: the cursor row (j k Enter x e), the selection and its bar, several sort columns by Shift, choosing columns.
import "newel/pick";
import { every, note, on, say, typing } from "newel/page";

const rows = () => [...document.querySelectorAll("table[data-rows] tbody tr")];
let at = -1;

function move(step) {
  const all = rows();
  if (!all.length) return;
  at = Math.max(0, Math.min(all.length - 1, at + step));
  all.forEach((row, number) => row.classList.toggle("is-current", number === at));
  const link = all[at].querySelector("a[data-open]");
  link?.focus({ preventScroll: true });
  all[at].scrollIntoView({ block: "nearest" });
}

document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], details.menu[open]")) return;
  const row = rows()[at];
  if (event.key === "j") move(1);
  else if (event.key === "k") move(-1);
  else if (event.key === "x" && row) row.querySelector("input[name=id]")?.click();
  else if (event.key === "e" && row && !picked().length) location.assign(`${row.dataset.url}/edit`);
  else return;
  event.preventDefault();
});

// Another operator may want another editor.
on("change", "[data-filter-operator]", (event, select) => {
  const sheet = select.closest(".menu-sheet") ?? select.closest("form").parentElement;
  window.htmx.ajax("GET", `${select.dataset.filterOperator}&operator=${encodeURIComponent(select.value)}`, { target: sheet, swap: "innerHTML" });
});

// Selecting
const picked = () => [...document.querySelectorAll("input[name=id][form=bulk]:checked")];
const bar = document.querySelector("[data-pick-bar]");
let lastTick = null;

/** How many the list holds, as words; "" as long as it is not counted. */
function totalCounted() {
  const text = document.querySelector("#list [data-list-total]")?.textContent ?? "";
  return /\d/.test(text) ? text : "";
}

function see() {
  if (!bar) return;
  const ticks = [...document.querySelectorAll("input[name=id][form=bulk]")];
  const chosen = picked();
  const whole = bar.elements.all.value === "1" && chosen.length === ticks.length;
  if (!whole) bar.elements.all.value = "";
  bar.hidden = !chosen.length;
  const more = bar.querySelector("[data-pick-every]");
  const total = totalCounted();
  const number = whole ? total : String(chosen.length);
  more.textContent = total ? say("Select all {n} that match", { n: total }) : say("Select all that match");
  bar.querySelector("[data-pick-count]").textContent = whole ? (total ? say("All {n} that match are selected", { n: total }) : say("All that match are selected")) : say("{n} selected", { n: number });
  more.hidden = whole || chosen.length !== ticks.length || !document.querySelector("#list .pager a");
  for (const place of document.querySelectorAll("[data-pick-number]")) place.textContent = number && `(${number})`;
  for (const tick of ticks) tick.closest("tr").classList.toggle("is-picked", tick.checked);
  const all = document.querySelector("[data-pick-all]");
  if (all) {
    all.checked = chosen.length > 0 && chosen.length === ticks.length;
    all.indeterminate = chosen.length > 0 && chosen.length < ticks.length;
  }
}

on("change", "[data-pick-all]", (event, all) => {
  for (const tick of document.querySelectorAll("input[name=id][form=bulk]")) tick.checked = all.checked;
  see();
});
on("click", "input[name=id][form=bulk]", (event, tick) => {
  const ticks = [...document.querySelectorAll("input[name=id][form=bulk]")];
  if (event.shiftKey && lastTick && ticks.includes(lastTick)) {
    const [from, to] = [ticks.indexOf(lastTick), ticks.indexOf(tick)].sort((a, b) => a - b);
    for (const between of ticks.slice(from, to + 1)) between.checked = tick.checked;
  }
  lastTick = tick;
  see();
});
on("click", "[data-pick-every]", () => {
  bar.elements.all.value = "1";
  see();
});
on("click", "[data-pick-none]", () => {
  for (const tick of picked()) tick.checked = false;
  see();
});
every("#list", () => {
  at = -1;
  see();
});

// A click anywhere in a row opens it, as long as nothing in it was meant or marked.
on("click", "table[data-rows] tbody tr", (event, row) => {
  if (event.target.closest("a, button, input, label, summary") || getSelection().toString() || event.target.closest(".cell-tick")) return;
  if (event.ctrlKey || event.metaKey) window.open(row.dataset.url, "_blank", "noopener");
  else location.assign(row.dataset.url);
});

// Shift keeps the columns that already sort.
on(
  "click",
  "a[data-also]",
  (event, link) => {
    if (!event.shiftKey) return;
    event.preventDefault();
    event.stopPropagation();
    location.assign(link.dataset.also);
  },
  true,
);

on("click", "[data-copy]", async (event, button) => {
  await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
  note(say("Copied."));
});

every("form[data-columns] [data-sortable]", async (list) => {
  const { default: Sortable } = await import("sortablejs");
  Sortable.create(list, { handle: "[data-drag]", animation: 120 });
});
on("change", "form[data-columns] [name=density]", (event, input) => {
  const frame = document.querySelector(".rows-frame");
  frame?.classList.remove("density-normal", "density-compact", "density-roomy");
  frame?.classList.add(`density-${input.value}`);
});

// A filter that can't be read answers with the list all the same, and says so above it.
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.target?.id === "list" && event.detail.xhr.status === 422) event.detail.shouldSwap = true;
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.matches?.("[data-list-total]")) see();
});
