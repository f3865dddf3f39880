// Native dialogs: those in the page (data-opens="ID"), and pages asked for as the inside of one (a link with data-dialog).
import { announce, ask, note, on, say } from "newel/page";

on("click", "[data-opens]", (event, button) => {
  event.preventDefault();
  document.getElementById(button.dataset.opens)?.showModal();
});

// On a whole page such a link leads back; in a dialog it closes it, unless what was typed must be asked about first.
on("click", "[data-close-dialog]", (event, button) => {
  const box = button.closest("dialog");
  if (!box) return;
  event.preventDefault();
  close(box);
});

function close(box) {
  if (box.dispatchEvent(new CustomEvent("newel:closing", { bubbles: true, cancelable: true }))) box.close();
}

// A click on the veil closes what has nothing typed in it.
document.addEventListener("pointerdown", (event) => {
  const box = event.target;
  if (box instanceof HTMLDialogElement && box.open && !box.dataset.changed && !within(box, event)) box.close();
});

function within(box, event) {
  const edge = box.getBoundingClientRect();
  return event.clientX >= edge.left && event.clientX <= edge.right && event.clientY >= edge.top && event.clientY <= edge.bottom;
}

on("click", "a[data-dialog]", (event, link) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  openPage(link.href);
});

/** Opens a page of ours in a dialog. The promise gives the place it led to, or null where it was closed. `stay`: don't go there. */
export async function openPage(url, { stay = false } = {}) {
  const answer = await ask(url, { part: "dialog" });
  if (answer.redirected || !answer.ok) {
    location.assign(answer.redirected ? answer.url : url);
    return null;
  }
  return openHtml(await answer.text(), url, { stay });
}

/** Shows the inside of a dialog that the server has sent already. */
export function openHtml(html, url, { stay = false } = {}) {
  const box = document.createElement("dialog");
  box.className = "dialog";
  box.setAttribute("aria-labelledby", "dialog-title");
  box.dataset.source = url;
  fill(box, html);
  document.body.append(box);
  box.showModal();
  announce(box);
  focusFirst(box);
  return new Promise((resolve) => {
    box.addEventListener("newel:done", (event) => {
      if (stay) event.preventDefault();
      resolve(event.detail.url);
    });
    box.addEventListener("cancel", (event) => {
      event.preventDefault();
      close(box);
    });
    box.addEventListener("close", () => {
      box.remove();
      resolve(null);
    });
  });
}

function fill(box, html) {
  box.replaceChildren(document.createRange().createContextualFragment(html));
  box.classList.toggle("dialog-wide", Boolean(box.querySelector("[data-wide]")));
}

function focusFirst(box) {
  const seen = (selector) => [...box.querySelectorAll(selector)].find((each) => each.checkVisibility());
  const wanted = seen("[aria-invalid=true]") ?? seen("[autofocus]") ?? seen(".dialog-body :is(input:not([type=hidden]), select, textarea)");
  wanted?.focus();
}

on("input", "dialog[data-source]", (event, box) => (box.dataset.changed = "yes"));

// A form inside posts without leaving; refused, it comes back with its problems; done, the page goes where it leads,
// unless somebody who listens to newel:done stops that.
on("submit", "dialog[data-source] form:not([method=dialog]):not([data-plain])", async (event, form) => {
  event.preventDefault();
  const box = form.closest("dialog");
  const button = event.submitter;
  if (box.dataset.busy) return;
  box.dataset.busy = "yes";
  button?.setAttribute("aria-disabled", "true");
  try {
    const body = new FormData(form, button);
    const method = (form.getAttribute("method") || "get").toUpperCase();
    const action = form.getAttribute("action") || box.dataset.source;
    const answer = method === "GET" ? await ask(`${action}?${new URLSearchParams(body)}`, { part: "dialog" }) : await ask(action, { method, body, part: "dialog" });
    await take(box, answer);
  } catch {
    note(say("The server can't be reached. Check your connection."), { bad: true });
  } finally {
    delete box.dataset.busy;
    button?.removeAttribute("aria-disabled");
  }
});

async function take(box, answer) {
  const place = answer.headers.get("Newel-Location") || (answer.redirected ? answer.url : null);
  if (place) {
    const done = new CustomEvent("newel:done", { bubbles: true, cancelable: true, detail: { url: place } });
    delete box.dataset.changed;
    if (box.dispatchEvent(done)) location.assign(place);
    else box.close();
    return;
  }
  if (answer.ok || answer.status === 409 || answer.status === 422) {
    fill(box, await answer.text());
    announce(box);
    focusFirst(box);
    return;
  }
  note(say("That did not work. Try again in a moment."), { bad: true });
}
