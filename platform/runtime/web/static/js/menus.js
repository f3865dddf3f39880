// A <details class="menu"> opens by itself; this closes it from outside and by Escape, and moves with the arrows.
import { on } from "newel/page";

const open = () => [...document.querySelectorAll("details.menu[open]")];

function shut(menu, refocus = false) {
  menu.open = false;
  if (refocus) menu.querySelector("summary").focus();
}

document.addEventListener("pointerdown", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) shut(menu);
});

document.addEventListener(
  "toggle",
  (event) => {
    const menu = event.target;
    if (!(menu instanceof HTMLDetailsElement) || !menu.classList.contains("menu") || !menu.open) return;
    for (const other of open()) if (other !== menu && !other.contains(menu)) shut(other);
    keepInside(menu);
    menu.querySelector(".menu-sheet [autofocus]")?.focus();
  },
  true,
);

/** A sheet that would leave the window opens to the other side. */
function keepInside(menu) {
  const sheet = menu.querySelector(".menu-sheet");
  if (!sheet) return;
  const box = sheet.getBoundingClientRect();
  if (box.right > innerWidth - 8) menu.classList.add("menu-right");
  else if (box.left < 8) menu.classList.remove("menu-right");
  if (box.bottom > innerHeight - 8 && box.top > box.height + 60) menu.classList.add("menu-up");
}

on("keydown", "details.menu[open]", (event, menu) => {
  if (event.key === "Escape") {
    event.preventDefault();
    event.stopPropagation();
    shut(menu, true);
    return;
  }
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (event.target.matches("input:not([type=checkbox]):not([type=search]), select, textarea")) return;
  const items = [...menu.querySelectorAll(".menu-sheet :is(a[href], button:not([disabled]), input:not([type=hidden]), summary)")].filter((item) => item.offsetParent);
  if (!items.length) return;
  event.preventDefault();
  const step = event.key === "ArrowDown" ? 1 : -1;
  const at = items.indexOf(document.activeElement);
  items[at < 0 ? (step > 0 ? 0 : items.length - 1) : (at + step + items.length) % items.length].focus();
});

// What was chosen closes the menu, unless it is a field of a small form inside.
on("click", ".menu-sheet :is(a.menu-item, button.menu-item)", (event, item) => {
  if (!item.dataset.keepMenu) shut(item.closest("details.menu"));
});

// A search box on top of a long menu narrows it.
on("input", "[data-narrows]", (event, input) => {
  const wanted = input.value.trim().toLowerCase();
  for (const item of input.closest(".menu-sheet").querySelectorAll("[data-narrowed]")) {
    item.hidden = !item.textContent.toLowerCase().includes(wanted);
  }
});
