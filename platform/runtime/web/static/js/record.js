// The page of a record: forms that may ask for more, parts that are read again after something was added, files dropped in.
import { announce, ask, every, note, on, say } from "newel/page";
import { openHtml, openPage } from "newel/dialogs";

// A path that is wider than the screen begins where the record stands.
every(".path ol", (steps) => {
  const now = steps.querySelector(".is-current")?.getBoundingClientRect();
  if (now) steps.scrollLeft += now.left + now.width / 2 - steps.getBoundingClientRect().left - steps.clientWidth / 2;
});

/** Reads a part of the page again. */
function refresh(selector) {
  const part = document.querySelector(selector);
  if (!part) return location.reload();
  if (part.dataset.related) window.htmx.ajax("GET", part.dataset.related, { target: part, swap: "outerHTML" });
  else window.htmx.trigger(part, "newel:refresh");
}

async function tellNotes() {
  const answer = await ask("/notes");
  for (const each of answer.ok ? await answer.json() : []) note(each.text, { bad: each.bad });
}

// A dialog opened from a part of the page leaves the page where it is and refreshes that part.
document.addEventListener(
  "click",
  async (event) => {
    const link = event.target.closest?.("a[data-dialog][data-refreshes]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const url = await openPage(link.href, { stay: true });
    if (!url) return;
    refresh(link.dataset.refreshes);
    tellNotes();
  },
  true,
);

// Small forms that are sent without leaving: done, the page goes on; refused, the answer opens as a dialog.
on("submit", "form[data-asks]", async (event, form) => {
  event.preventDefault();
  if (form.dataset.busy) return;
  form.dataset.busy = "yes";
  try {
    const action = form.getAttribute("action");
    const answer = await ask(action, { method: "POST", body: new URLSearchParams(new FormData(form, event.submitter)), part: "dialog" });
    const place = answer.headers.get("Newel-Location");
    if (place && form.dataset.refreshes) {
      refresh(form.dataset.refreshes);
      tellNotes();
    } else if (place) location.assign(place);
    else if (answer.status === 422 || answer.status === 409) openHtml(await answer.text(), action);
    else note(say("That did not work. Try again in a moment."), { bad: true });
  } catch {
    note(say("The server can't be reached. Check your connection."), { bad: true });
  } finally {
    delete form.dataset.busy;
  }
});

on("submit", "form[data-confirm]", (event, form) => {
  if (!window.confirm(form.dataset.confirm)) event.preventDefault();
});

on("click", "[data-copy]", async (event, button) => {
  await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
  note(say("Copied."));
});

// Files: chosen or dropped, they go at once, with a bar that says how far.
on("change", "[data-drop] input[type=file]", (event, input) => send(input.closest("form"), input.files));

on("dragover", "[data-drop]", (event, zone) => {
  event.preventDefault();
  zone.classList.add("is-over");
});
on("dragleave", "[data-drop]", (event, zone) => zone.classList.remove("is-over"));
on("drop", "[data-drop]", (event, zone) => {
  event.preventDefault();
  zone.classList.remove("is-over");
  send(zone, event.dataTransfer.files);
});

function send(form, files) {
  if (!files.length) return;
  const body = new FormData();
  for (const file of files) body.append("file", file);
  body.set("csrf_token", form.elements.csrf_token.value);
  const bar = form.querySelector("progress");
  bar.hidden = false;
  const sending = new XMLHttpRequest();
  sending.open("POST", form.getAttribute("action"));
  sending.upload.onprogress = (event) => (bar.value = event.lengthComputable ? (100 * event.loaded) / event.total : 0);
  sending.onerror = () => note(say("The server can't be reached. Check your connection."), { bad: true });
  sending.onload = () => {
    bar.hidden = true;
    const answer = new DOMParser().parseFromString(sending.responseText, "text/html");
    const main = answer.getElementById("record-main");
    if (!main) return note(say("That did not work. Try again in a moment."), { bad: true });
    const here = document.getElementById("record-main");
    here.replaceWith(main);
    announce(main);
    window.htmx.process(main);
    for (const each of answer.querySelectorAll("#toasts .toast-note .grow")) note(each.textContent);
  };
  sending.send(body);
}
