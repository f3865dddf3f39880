// The command palette: one line to find records, views and actions. Without script the search field leads to /search.
import { ask, on, say } from "newel/page";

const box = document.getElementById("palette");
const input = box?.querySelector("input");
const list = document.getElementById("palette-list");
let places = null;
let found = [];
let chosen = 0;
let asked = 0;
let opener = null;

async function open() {
  if (!box || box.open) return;
  opener = document.activeElement;
  input.value = "";
  box.showModal();
  input.focus();
  draw([], "");
  places ??= ask("/palette").then((answer) => (answer.ok ? answer.json() : []));
  refresh();
}

/** How well `text` answers `wanted`: letters in order, better at the start of words and side by side; -1 for not at all. */
export function fuzzy(wanted, text) {
  let score = 0;
  let at = -1;
  for (const letter of wanted) {
    const next = text.indexOf(letter, at + 1);
    if (next < 0) return -1;
    if (next === at + 1) score += 3;
    if (next === 0 || /[\s./·-]/.test(text[next - 1])) score += 2;
    score -= Math.min(next - at - 1, 10) * 0.1;
    at = next;
  }
  return score - text.length * 0.01;
}

async function refresh() {
  const wanted = input.value.trim().toLowerCase();
  const turn = ++asked;
  const all = await places;
  if (turn !== asked) return;
  const near = all
    .map((place) => ({ ...place, score: wanted ? Math.max(fuzzy(wanted, place.label.toLowerCase()), place.also ? fuzzy(wanted, place.also) - 1 : -1) : 0 }))
    .filter((place) => place.score >= 0 && (wanted || place.group !== say("Views")))
    .sort((a, b) => b.score - a.score)
    .slice(0, wanted ? 8 : 24);
  draw(near, wanted);
  if (wanted.length < 1 || input.value.trim().length < 2) return;
  await new Promise((resolve) => setTimeout(resolve, 120));
  if (turn !== asked) return;
  const answer = await ask(`/palette/records?q=${encodeURIComponent(input.value.trim())}`);
  if (turn !== asked || !answer.ok) return;
  const records = await answer.json();
  const search = { group: say("Search"), label: say("Search everything for “{text}”", { text: input.value.trim() }), icon: null, url: `/search?q=${encodeURIComponent(input.value.trim())}` };
  draw([...near.filter((place) => place.score > 2), ...records, ...near.filter((place) => place.score <= 2), search], wanted);
}

function draw(entries, wanted) {
  found = entries;
  chosen = 0;
  const groups = [...new Set(entries.map((entry) => entry.group))];
  const rows = [];
  found = groups.flatMap((group) => entries.filter((entry) => entry.group === group));
  let number = 0;
  for (const group of groups) {
    const title = document.createElement("li");
    title.className = "menu-title";
    title.setAttribute("role", "presentation");
    title.textContent = group;
    rows.push(title);
    for (const entry of entries.filter((each) => each.group === group)) rows.push(row(entry, number++));
  }
  if (!rows.length && wanted) {
    const none = document.createElement("li");
    none.className = "menu-title";
    none.setAttribute("role", "presentation");
    none.textContent = say("Nothing found yet.");
    rows.push(none);
  }
  list.replaceChildren(...rows);
  choose(0);
}

function row(entry, number) {
  const item = document.createElement("li");
  item.setAttribute("role", "option");
  item.id = `palette-${number}`;
  item.dataset.number = number;
  if (entry.icon) item.append(document.createRange().createContextualFragment(entry.icon));
  const label = document.createElement("span");
  label.className = "clip";
  label.textContent = entry.label;
  item.append(label);
  if (entry.aside || entry.key) {
    const aside = document.createElement(entry.key ? "kbd" : "span");
    aside.className = "aside";
    aside.textContent = entry.key ?? entry.aside;
    item.append(aside);
  }
  return item;
}

function choose(number) {
  chosen = found.length ? (number + found.length) % found.length : 0;
  for (const item of list.querySelectorAll("[role=option]")) {
    const on = Number(item.dataset.number) === chosen;
    item.setAttribute("aria-selected", String(on));
    if (on) {
      item.scrollIntoView({ block: "nearest" });
      input.setAttribute("aria-activedescendant", item.id);
    }
  }
  if (!found.length) input.removeAttribute("aria-activedescendant");
}

function go(entry, newTab) {
  if (!entry) return;
  box.close();
  if (entry.click) {
    opener?.blur?.();
    document.querySelector(entry.click)?.click();
  } else if (newTab) window.open(entry.url, "_blank", "noopener");
  else location.assign(entry.url);
}

if (box) {
  input.addEventListener("input", refresh);
  input.addEventListener("keydown", (event) => {
    if (event.isComposing) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen - 1);
    else if (event.key === "Enter") go(found[chosen], event.ctrlKey || event.metaKey);
    else return;
    event.preventDefault();
  });
  on("click", "#palette-list [role=option]", (event, item) => go(found[Number(item.dataset.number)], event.ctrlKey || event.metaKey));
  on("mousemove", "#palette-list [role=option]", (event, item) => {
    if (Number(item.dataset.number) !== chosen) choose(Number(item.dataset.number));
  });
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && !event.shiftKey && !event.altKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      open();
    }
  });
}
