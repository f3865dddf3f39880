// The frame: folding the rail, shadows under what is scrolled, cards over references.
import { ask, cookie, every, on } from "newel/page";

on("click", "[data-fold-rail]", (event, button) => {
  const narrow = document.body.classList.toggle("rail-narrow");
  button.setAttribute("aria-pressed", String(narrow));
  cookie("newel_rail", narrow ? "narrow" : "wide");
});

every(".rows-frame", (frame) => {
  const see = () => frame.classList.toggle("is-scrolled", frame.scrollLeft > 0);
  frame.addEventListener("scroll", see, { passive: true });
  see();
  // What can be scrolled can be scrolled by keyboard.
  if (!frame.hasAttribute("tabindex"))
    new ResizeObserver(() => (frame.scrollWidth > frame.clientWidth ? frame.setAttribute("tabindex", "0") : frame.removeAttribute("tabindex"))).observe(frame);
});

// A time says on hover how far away it is.
const UNITS = [["year", 31536000], ["month", 2592000], ["day", 86400], ["hour", 3600], ["minute", 60]];
on("mouseover", "time[datetime]:not([title])", (event, time) => {
  const day = time.dateTime.length === 10;
  const seconds = (Date.parse(day ? `${time.dateTime}T12:00` : time.dateTime) - (day ? new Date().setHours(12, 0, 0, 0) : Date.now())) / 1000;
  const [unit, size] = UNITS.find(([name, each]) => Math.abs(seconds) >= each && (!day || each >= 86400)) ?? (day ? UNITS[2] : UNITS[4]);
  time.title = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" }).format(Math.trunc(seconds / size), unit);
});

// A reference shows a small card of its record when the pointer rests on it.
let card = null;
let timer = 0;

function hide() {
  clearTimeout(timer);
  card?.remove();
  card = null;
}

async function show(link) {
  const answer = await ask(link.dataset.card);
  if (!answer.ok || !link.matches(":hover")) return;
  hide();
  card = document.createElement("div");
  card.className = "hover-card";
  card.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
  document.body.append(card);
  const at = link.getBoundingClientRect();
  const size = card.getBoundingClientRect();
  card.style.left = `${Math.max(8, Math.min(at.left, innerWidth - size.width - 8))}px`;
  card.style.top = `${at.bottom + size.height + 8 > innerHeight ? at.top - size.height - 6 : at.bottom + 6}px`;
}

on("mouseover", "a[data-card]", (event, link) => {
  clearTimeout(timer);
  timer = setTimeout(() => show(link).catch(hide), 450);
});
on("mouseout", "a[data-card]", hide);
document.addEventListener("scroll", hide, true);
