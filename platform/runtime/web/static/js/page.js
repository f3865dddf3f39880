// What every module stands on: doing something for each element of a kind, listening, asking the server, speaking.

const words = JSON.parse(document.getElementById("words")?.textContent || "{}");

/** One of our sentences in the reader's language; {name} is filled in. */
export function say(text, values = {}) {
  return (words[text] ?? text).replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** Calls `setup(element)` once for every element that matches, now and whenever one is put into the page. */
export function every(selector, setup) {
  const known = new WeakSet();
  const look = (root) => {
    for (const element of [...(root.matches?.(selector) ? [root] : []), ...root.querySelectorAll(selector)]) {
      if (!known.has(element)) {
        known.add(element);
        setup(element);
      }
    }
  };
  document.addEventListener("newel:added", (event) => look(event.target));
  look(document);
}

/** Tells the modules that `root` holds new elements. htmx swaps are announced by themselves. */
export function announce(root) {
  root.dispatchEvent(new CustomEvent("newel:added", { bubbles: true }));
}

/** Listens once for the whole page: `handler(event, element)` for events inside an element that matches. */
export function on(type, selector, handler, options) {
  document.addEventListener(
    type,
    (event) => {
      const element = event.target instanceof Element ? event.target.closest(selector) : null;
      if (element) handler(event, element);
    },
    options,
  );
}

export const token = () => document.querySelector("meta[name=csrf-token]")?.content ?? "";

/** Asks our own server; a state change carries the page's token. `part` wants the page as the inside of a dialog. */
export function ask(url, { method = "GET", body = null, part = null, headers = {} } = {}) {
  const all = { ...headers };
  if (method !== "GET") all["X-CSRF-Token"] = token();
  if (part) all["Newel-Part"] = part;
  if (body && !(body instanceof FormData) && !(body instanceof URLSearchParams)) {
    all["Content-Type"] = "application/json";
    body = JSON.stringify(body);
  }
  return fetch(url, { method, body, headers: all, credentials: "same-origin" });
}

/** A message at the corner that goes by itself; a bad one stays until it is closed. */
export function note(text, { bad = false } = {}) {
  const box = document.createElement("div");
  box.className = bad ? "toast-note is-bad" : "toast-note";
  box.setAttribute("role", bad ? "alert" : "status");
  const line = document.createElement("span");
  line.className = "grow";
  line.textContent = text;
  const close = document.createElement("button");
  close.type = "button";
  close.className = "btn btn-sm btn-quiet";
  close.dataset.closeToast = "";
  close.textContent = say("Close");
  box.append(line, close);
  document.getElementById("toasts").append(box);
  if (!bad) fade(box);
  return box;
}

function fade(box) {
  let timer = setTimeout(() => box.remove(), 6000);
  box.addEventListener("pointerenter", () => clearTimeout(timer));
  box.addEventListener("focusin", () => clearTimeout(timer));
  box.addEventListener("pointerleave", () => (timer = setTimeout(() => box.remove(), 3000)));
}

/** Whether keys now belong to something that is being typed into. */
export function typing(target) {
  return target instanceof Element && Boolean(target.closest("input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable=true], .ts-control"));
}

export function cookie(name, value, path = "/") {
  document.cookie = `${name}=${encodeURIComponent(value)}; path=${path}; max-age=31536000; samesite=lax`;
}

on("click", "[data-close-toast]", (event, button) => button.closest(".toast-note").remove());
for (const box of document.querySelectorAll(".toast-note:not(.is-bad)")) fade(box);

document.addEventListener("htmx:load", (event) => announce(event.detail.elt));
document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRF-Token"] = token();
});
document.addEventListener("htmx:responseError", () => note(say("That did not work. Try again in a moment."), { bad: true }));
document.addEventListener("htmx:sendError", () => note(say("The server can't be reached. Check your connection."), { bad: true }));
