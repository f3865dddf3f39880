// Forms of records: nothing typed lost (reload, expired session, leaving), Ctrl-S and Esc, files sent ahead.
import { ask, every, note, on, say } from "newel/page";
import { signedIn } from "newel/session";
import "newel/pick";
import "newel/lines";

const KEEP = "newel-draft:";
const OWN = new Set(["csrf_token", "version", ":was"]); // not typed by anybody
const dirty = new WeakSet(); // forms with something typed that is not saved
const sure = new WeakSet(); // forms that may be sent now
const key = (form) => `${KEEP}${form.dataset.user}:${location.pathname}${new URLSearchParams(location.search).get("only") ?? ""}`;
let leaving = false;

every("[data-rich]", () => import("newel/richtext"));

every("form[data-record-form]", (form) => {
  const began = fingerprint(form);
  const inDialog = Boolean(form.closest("dialog"));
  if (form.querySelector("[data-problems]")) {
    dirty.add(form);
    if (!form.contains(document.activeElement)) form.querySelector(".combo-input[aria-invalid=true], [aria-invalid=true]:not([hidden]), [data-problems]")?.focus();
  }
  if (!inDialog) restore(form);
  let timer = 0;
  const changed = (event) => {
    if (event.target.matches?.(".combo-input")) return;
    if (fingerprint(form) === began && !form.querySelector("[data-problems]")) dirty.delete(form);
    else dirty.add(form);
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!inDialog) remember(form);
    }, 300);
  };
  form.addEventListener("input", changed);
  form.addEventListener("change", changed);
});

function fingerprint(form) {
  const values = [...new FormData(form)].filter(([name, value]) => !OWN.has(name) && typeof value === "string");
  return JSON.stringify(values);
}

// Drafts: what is typed outlives a reload and a crash of the tab, until it is saved or thrown away.
function remember(form) {
  try {
    if (dirty.has(form)) sessionStorage.setItem(key(form), JSON.stringify({ version: form.elements.version?.value ?? null, values: [...new FormData(form)].filter(([name, value]) => !OWN.has(name) && typeof value === "string") }));
    else sessionStorage.removeItem(key(form));
  } catch {
    // A full or forbidden store: the form still works.
  }
}

function forget(form) {
  try {
    sessionStorage.removeItem(key(form));
  } catch {
    // As above.
  }
}

function restore(form) {
  let kept = null;
  try {
    kept = JSON.parse(sessionStorage.getItem(key(form)) ?? "null");
  } catch {
    return;
  }
  if (!kept || (kept.version !== null && kept.version !== (form.elements.version?.value ?? null))) return forget(form);
  if (JSON.stringify(kept.values) === fingerprint(form)) return forget(form);
  fillIn(form, kept.values);
  dirty.add(form);
  const box = note(say("What you had typed is here again."));
  const off = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-sm btn-quiet", textContent: say("Throw it away") });
  off.addEventListener("click", () => {
    forget(form);
    leaving = true;
    location.reload();
  });
  box.insertBefore(off, box.lastElementChild);
  form.setAttribute("data-restored", "");
  form.dispatchEvent(new Event("newel:refresh"));
}

function fillIn(form, values) {
  const byName = new Map();
  for (const [name, value] of values) byName.set(name, [...(byName.get(name) ?? []), value]);
  form.dispatchEvent(new CustomEvent("newel:lines", { detail: byName }));
  for (const [name, all] of byName) {
    const places = [...form.elements].filter((each) => each.name === name && each.type !== "file");
    for (const place of places) {
      if (place.type === "checkbox" || place.type === "radio") place.checked = all.includes(place.value);
      else if (place.type === "hidden" && places.length > 1) continue;
      else if (place instanceof HTMLSelectElement) choose(place, all.filter(Boolean));
      else place.value = all.at(-1);
      place.dispatchEvent(new Event("newel:filled"));
    }
  }
}

function choose(select, ids) {
  const control = select.combobox;
  if (!control) {
    for (const option of select.options) option.selected = ids.includes(option.value);
    return;
  }
  const known = new Map([...select.options].map((each) => [each.value, each.textContent.trim()]));
  control.chosen = ids.map((id) => ({ id, title: known.get(id) ?? "…" }));
  control.write(control.chosen);
  control.show();
  const missing = ids.filter((id) => !known.has(id));
  if (missing.length && select.dataset.lookup) {
    const url = new URL(select.dataset.lookup, location.href);
    if (select.dataset.of) url.searchParams.set("of", select.dataset.of);
    for (const id of missing) url.searchParams.append("id", id);
    ask(url).then(async (answer) => {
      for (const found of answer.ok ? await answer.json() : []) for (const each of control.chosen) if (each.id === found.id) each.title = found.title;
      control.write(control.chosen);
      control.show();
    });
  }
}

// Sending: first it is made sure that somebody is signed in; then the form goes as it is.
document.addEventListener(
  "submit",
  async (event) => {
    const form = event.target;
    if (!form.matches?.("form[data-record-form], form[data-saves]") || sure.has(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    const button = event.submitter;
    if (form.dataset.sending) return;
    form.dataset.sending = "yes";
    try {
      if (!(await signedIn())) return;
      sure.add(form);
      leaving = true;
      if (!form.closest("dialog")) forget(form);
      form.requestSubmit(button ?? undefined);
    } catch {
      note(say("The server can't be reached. Check your connection."), { bad: true });
      leaving = false;
    } finally {
      sure.delete(form);
      delete form.dataset.sending;
      if (form.closest("dialog")) leaving = false;
    }
  },
  true,
);
addEventListener("pageshow", () => (leaving = false));

// Leaving with changes asks.
const touched = (root) => [...root.querySelectorAll("form[data-record-form]")].some((form) => dirty.has(form));

addEventListener("beforeunload", (event) => {
  if (leaving || ![...document.querySelectorAll("form[data-record-form]")].some((form) => dirty.has(form) && !form.closest("dialog"))) return;
  event.preventDefault();
});

document.addEventListener("newel:closing", (event) => {
  if (!touched(event.target)) return;
  event.preventDefault();
  question().then((leave) => leave && event.target.close());
});

document.addEventListener(
  "click",
  (event) => {
    const link = event.target.closest?.("a[href]");
    if (!link || link.closest("dialog") || link.target || link.dataset.dialog !== undefined || link.hasAttribute("download") || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (link.getAttribute("href").startsWith("#") || leaving) return;
    const forms = [...document.querySelectorAll("form[data-record-form]")].filter((form) => dirty.has(form) && !form.closest("dialog"));
    if (!forms.length) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    question().then((leave) => {
      if (!leave) return;
      leaving = true;
      forms.forEach(forget);
      location.assign(link.href);
    });
  },
  true,
);

function question() {
  const box = document.createElement("dialog");
  box.className = "dialog dialog-small";
  box.setAttribute("aria-labelledby", "leave-title");
  const head = document.createElement("div");
  head.className = "dialog-head";
  head.append(Object.assign(document.createElement("h2"), { id: "leave-title", textContent: say("Leave without saving what you typed?") }));
  const foot = document.createElement("div");
  foot.className = "dialog-foot";
  const stay = Object.assign(document.createElement("button"), { type: "button", className: "btn btn-primary", textContent: say("Stay here") });
  const leave = Object.assign(document.createElement("button"), { type: "button", className: "btn", textContent: say("Leave") });
  foot.append(leave, stay);
  box.append(head, foot);
  document.body.append(box);
  box.showModal();
  stay.focus();
  return new Promise((resolve) => {
    const end = (value) => {
      resolve(value);
      box.close();
      box.remove();
    };
    stay.addEventListener("click", () => end(false));
    leave.addEventListener("click", () => end(true));
    box.addEventListener("cancel", () => end(false));
  });
}

// Esc on a form page goes back, as Cancel does.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("dialog[open], details.menu[open]")) return;
  const cancel = document.querySelector("main form[data-record-form] [data-cancel]");
  if (cancel) cancel.click();
});

// "More fields" goes on to the whole form with everything that is typed.
on("click", "dialog [data-more]", (event, button) => {
  event.preventDefault();
  const form = button.form;
  leaving = true;
  const hidden = document.createElement("input");
  Object.assign(hidden, { type: "hidden", name: ":intent", value: "more" });
  form.append(hidden);
  HTMLFormElement.prototype.submit.call(form);
});

// Files go ahead of the form; it then carries their id.
every("[data-file-field] input[type=file]", (input) => {
  const box = input.closest("[data-file-field]");
  input.addEventListener("change", async () => {
    const [file] = input.files;
    if (!file) return;
    const body = new FormData();
    body.set("file", file);
    box.querySelector(".file-state")?.remove();
    const state = Object.assign(document.createElement("span"), { className: "file-state muted small", textContent: say("Uploading…") });
    state.setAttribute("role", "status");
    box.append(state);
    try {
      const answer = await ask(box.dataset.fileField, { method: "POST", body });
      const said = await answer.json();
      state.textContent = answer.ok ? said.name : said.message;
      state.classList.toggle("bad", !answer.ok);
      if (answer.ok) {
        box.querySelector("input[type=hidden]").value = said.id;
        box.querySelector("[data-file-now]")?.remove();
        input.value = "";
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
    } catch {
      state.textContent = say("The server can't be reached. Check your connection.");
    }
  });
});

on("click", "[data-file-off]", (event, button) => {
  const box = button.closest("[data-file-field]");
  box.querySelector("input[type=hidden]").value = "";
  box.querySelector("[data-file-now]").remove();
  box.querySelector("input[type=file]").dispatchEvent(new Event("input", { bubbles: true }));
});

// A step of an action: left out, or an existing record used instead of a new one.
every("[data-part]", (part) => {
  const look = () => {
    const off = part.querySelector("[data-part-switch]:not(:checked)");
    part.classList.toggle("is-off", Boolean(off));
    for (const body of part.querySelectorAll("[data-part-body]")) body.inert = Boolean(off);
    const used = part.querySelector("input[type=radio]:checked")?.value;
    const editors = part.querySelector("[data-part-editors]");
    if (editors) editors.hidden = Boolean(used);
  };
  part.addEventListener("change", look);
  look();
});
