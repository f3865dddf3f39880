// A board: cards are dragged between columns, or moved by their menu (m). What the rules refuse goes back, with the reason.
import "newel/pick";
import { announce, ask, every, note, say, typing } from "newel/page";
import Sortable from "sortablejs";

every("[data-cards]", (list) => {
  Sortable.create(list, {
    group: "cards",
    draggable: ".board-card:not([data-fixed])",
    filter: "[data-move-link]",
    preventOnFilter: false,
    animation: matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 120,
    sort: false,
    delay: 120,
    delayOnTouchOnly: true,
    ghostClass: "is-ghost",
    onStart: () => document.body.classList.add("is-dragging"),
    onEnd: (event) => {
      document.body.classList.remove("is-dragging");
      if (event.from !== event.to) drop(event.item, event.from, event.to, event.oldIndex);
    },
  });
});

const lane = (list) => list.closest("[data-lane]");

async function drop(card, from, to, place) {
  const board = card.closest("[data-board]");
  const back = () => from.insertBefore(card, from.children[place] ?? null);
  const body = new URLSearchParams({ field: board.dataset.field, value: lane(to).dataset.lane === "-" ? "" : lane(to).dataset.lane, version: card.dataset.version, back: location.pathname + location.search });
  let answer;
  try {
    answer = await ask(card.dataset.move, { method: "POST", body, part: "dialog", headers: { Accept: "application/json" } });
  } catch {
    back();
    note(say("The server can't be reached. Check your connection."), { bad: true });
    return;
  }
  if (answer.ok) {
    note(say("Moved to {column}.", { column: lane(to).dataset.label }));
    refresh();
  } else if (answer.status === 422) {
    back();
    askForMore(await answer.text(), card.dataset.move);
  } else {
    back();
    const reason = answer.headers.get("Newel-Reason");
    note(reason ? decodeURIComponent(reason) : say("That did not work. Try again in a moment."), { bad: true });
  }
}

/** The small form of the fields that are still missing. */
function askForMore(html, source) {
  const box = document.createElement("dialog");
  box.className = "dialog";
  box.setAttribute("aria-labelledby", "dialog-title");
  box.dataset.source = source;
  box.replaceChildren(document.createRange().createContextualFragment(html));
  document.body.append(box);
  box.addEventListener("close", () => box.remove());
  box.showModal();
  announce(box);
  box.querySelector("[aria-invalid=true], .dialog-body input:not([type=hidden]), .dialog-body select")?.focus();
}

/** Reads the board again, so that counts, sums and order are the server's. */
function refresh() {
  const board = document.querySelector("[data-board]");
  const [left, tops] = [board.scrollLeft, [...board.querySelectorAll("[data-cards]")].map((each) => each.scrollTop)];
  window.htmx.ajax("GET", location.href, { target: "#list", swap: "outerHTML" }).then(() => {
    const again = document.querySelector("[data-board]");
    again.scrollLeft = left;
    [...again.querySelectorAll("[data-cards]")].forEach((each, number) => (each.scrollTop = tops[number] ?? 0));
  });
}

// Keys: j and k go through the cards of a column, m opens the menu of the card in focus.
document.addEventListener("keydown", (event) => {
  if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open], details.menu[open]")) return;
  const card = document.activeElement?.closest(".board-card");
  if (event.key === "m" && card) {
    card.querySelector("[data-move-link]")?.click();
  } else if (event.key === "j" || event.key === "k") {
    const cards = [...document.querySelectorAll(".board-card")];
    const next = cards[card ? cards.indexOf(card) + (event.key === "j" ? 1 : -1) : 0];
    next?.querySelector("a").focus();
    next?.scrollIntoView({ block: "nearest", inline: "nearest" });
  } else return;
  event.preventDefault();
});
