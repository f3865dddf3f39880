// A text box with a list beneath: one value or several, from the page or from the server, by keyboard, mouse and screen reader.
// The form's own element (a select, or the text box of tags) stays where it is, hidden, and is what gets posted.
import { say } from "newel/page";

const WAIT = 150;
let numbers = 0;

function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null && value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : value);
  element.append(...children);
  return element;
}

const CROSS = "M18 6l-12 12M6 6l12 12";

function cross() {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  for (const [name, value] of Object.entries({ class: "icon icon-small", viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", "stroke-linecap": "round", "aria-hidden": "true" })) svg.setAttribute(name, value);
  const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
  path.setAttribute("d", CROSS);
  svg.append(path);
  return svg;
}

/**
 * `source(text)` gives (a promise of) [{id, title, facts, kind}]; `write(chosen)` puts what is chosen into the form's element.
 * `create(text)`: what the row "New ..." does (it gives the made option or null); `free`: typed words are values themselves.
 */
export class Combobox {
  constructor(host, { chosen = [], many = false, source, write, create = null, createLabel = "", free = false, placeholder = "", clearable = true }) {
    Object.assign(this, { host, chosen, many, source, write, create, createLabel, free, clearable });
    this.options = [];
    this.active = -1;
    this.asked = 0;
    this.typed = false;
    this.build(placeholder);
    this.listen();
    this.show();
    host.combobox = this;
  }

  build(placeholder) {
    const { host } = this;
    const id = host.id || `combo-${++numbers}`;
    const label = document.querySelector(`label[for="${CSS.escape(id)}"]`);
    host.id = `${id}-value`;
    host.hidden = true;
    host.removeAttribute("required");
    this.list = make("ul", { role: "listbox", id: `${id}-list`, "aria-label": host.getAttribute("aria-label") || label?.textContent.trim() || placeholder, "aria-multiselectable": this.many && "true" });
    this.none = make("div", { class: "combo-none", role: "status" });
    this.sheet = make("div", { class: "combo-sheet", popover: "manual" }, this.list, this.none);
    this.input = make("input", {
      type: "text", id, role: "combobox", class: "combo-input", autocomplete: "off", spellcheck: "false", placeholder,
      "aria-expanded": "false", "aria-autocomplete": "list", "aria-controls": `${id}-list`,
      "aria-label": host.getAttribute("aria-label"), "aria-describedby": host.getAttribute("aria-describedby"),
      "aria-invalid": host.getAttribute("aria-invalid"), autofocus: host.hasAttribute("autofocus"),
    });
    host.removeAttribute("autofocus");
    this.input.disabled = host.disabled;
    this.chips = make("span", { class: "combo-chips", role: "list", hidden: true });
    this.clear = make("button", { type: "button", class: "combo-clear", tabindex: "-1", "aria-label": say("Clear"), hidden: true }, cross());
    this.box = make("div", { class: `combo form-control${host.matches(".form-select-sm, .form-control-sm") ? " form-control-sm" : ""}${this.many ? " is-many" : ""}` }, this.chips, this.input, this.clear);
    host.after(this.box, this.sheet);
    if (host.autofocusNow) this.input.focus();
  }

  listen() {
    const { input } = this;
    input.addEventListener("input", () => {
      this.typed = true;
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.open(input.value.trim()), WAIT);
    });
    input.addEventListener("keydown", (event) => this.key(event));
    input.addEventListener("blur", () => this.leave());
    this.box.addEventListener("pointerdown", (event) => {
      if (event.target.closest("button")) return;
      if (event.target !== input) event.preventDefault();
      if (input.disabled) return;
      input.focus();
      if (!this.isOpen) this.open("");
    });
    this.clear.addEventListener("click", () => {
      this.choose(null);
      input.focus();
    });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.pick(Number(row.dataset.at));
    });
  }

  get isOpen() {
    return this.input.getAttribute("aria-expanded") === "true";
  }

  async open(text) {
    const asked = ++this.asked;
    let found;
    try {
      found = await this.source(text);
    } catch {
      found = [];
    }
    if (asked !== this.asked || document.activeElement !== this.input) return;
    const taken = new Set(this.many ? this.chosen.map((each) => each.id) : []);
    this.options = found.filter((each) => !taken.has(each.id));
    if (this.create) this.options.push({ id: "+", title: text ? `${this.createLabel}: ${text}` : this.createLabel, text });
    this.draw(text);
    if (!this.isOpen) {
      this.sheet.showPopover();
      this.input.setAttribute("aria-expanded", "true");
      this.follow = () => this.place();
      addEventListener("scroll", this.follow, true);
      addEventListener("resize", this.follow);
    }
    this.place();
  }

  draw(text) {
    this.list.replaceChildren(...this.options.map((option, at) => this.row(option, at)));
    const found = this.options.length - (this.create ? 1 : 0);
    this.none.textContent = found || (this.free && text) ? "" : say("Nothing found.");
    this.none.hidden = Boolean(this.none.textContent === "");
    this.list.hidden = !this.options.length;
    const current = this.options.findIndex((each) => this.chosen.some((one) => one.id === each.id));
    this.activate(current >= 0 ? current : this.typed && found ? 0 : -1);
  }

  row(option, at) {
    const picked = this.chosen.some((each) => each.id === option.id);
    const row = make("li", { role: "option", id: `${this.list.id}-${at}`, "data-at": at, "aria-selected": String(picked), class: option.id === "+" ? "combo-new" : null });
    row.append(make("span", { class: "combo-title" }, option.title));
    const facts = [...(option.facts ?? [])];
    if (option.kind && this.host.dataset.kinds !== undefined) facts.unshift(option.kind);
    if (facts.length) row.append(make("span", { class: "combo-facts" }, facts.join(" · ")));
    return row;
  }

  activate(at) {
    this.list.querySelector(".is-active")?.classList.remove("is-active");
    this.active = at;
    const row = this.list.children[at];
    if (row) {
      row.classList.add("is-active");
      row.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", row.id);
    } else this.input.removeAttribute("aria-activedescendant");
  }

  place() {
    const at = this.box.getBoundingClientRect();
    const { style } = this.sheet;
    const width = Math.min(Math.max(at.width, 240), innerWidth - 16);
    style.width = `${width}px`;
    style.left = `${Math.max(8, Math.min(at.left, innerWidth - width - 8))}px`;
    const height = this.sheet.offsetHeight;
    const below = innerHeight - at.bottom - 8;
    style.top = height > below && at.top > below ? `${Math.max(8, at.top - height - 4)}px` : `${at.bottom + 4}px`;
  }

  close() {
    this.asked++;
    clearTimeout(this.timer);
    if (!this.isOpen) return;
    this.sheet.hidePopover();
    this.input.setAttribute("aria-expanded", "false");
    this.input.removeAttribute("aria-activedescendant");
    removeEventListener("scroll", this.follow, true);
    removeEventListener("resize", this.follow);
  }

  key(event) {
    if (event.isComposing) return;
    const { input } = this;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && !event.altKey && !event.ctrlKey) {
      event.preventDefault();
      event.stopPropagation();
      if (!this.isOpen) this.open(this.typed ? input.value.trim() : "");
      else this.activate((this.active + step + this.options.length + (this.active < 0 && step < 0 ? 1 : 0)) % Math.max(1, this.options.length));
    } else if (event.key === "Enter" && (this.isOpen || (this.free && input.value.trim()))) {
      event.preventDefault();
      event.stopPropagation();
      if (this.active >= 0) this.pick(this.active);
      else if (this.free && input.value.trim()) this.choose({ id: input.value.trim(), title: input.value.trim() });
    } else if (event.key === "Escape" && this.isOpen) {
      event.preventDefault();
      event.stopPropagation();
      this.typed = false;
      this.close();
      this.show();
    } else if (event.key === "Tab" && this.isOpen && this.typed && input.value.trim() && this.active >= 0 && this.options[this.active].id !== "+") {
      this.pick(this.active);
    } else if (event.key === "Backspace" && this.many && !input.value && this.chosen.length) {
      this.drop(this.chosen.at(-1).id);
    } else if (this.free && (event.key === "," || event.key === "，") && input.value.trim()) {
      event.preventDefault();
      this.choose({ id: input.value.trim(), title: input.value.trim() });
    }
  }

  async pick(at) {
    const option = this.options[at];
    if (!option) return;
    if (option.id !== "+") return this.choose(option);
    this.typed = false;
    this.close();
    const made = await this.create(option.text);
    if (made) this.choose(made);
    this.input.focus();
  }

  /** Chooses an option; null empties a single one. */
  choose(option) {
    if (this.many) this.chosen = option ? [...this.chosen.filter((each) => each.id !== option.id), option] : [];
    else this.chosen = option ? [option] : [];
    this.settle();
  }

  drop(id) {
    this.chosen = this.chosen.filter((each) => each.id !== id);
    this.settle();
    this.input.focus();
  }

  settle() {
    this.typed = false;
    this.close();
    this.show();
    this.write(this.chosen);
    this.host.dispatchEvent(new Event("input", { bubbles: true }));
    this.host.dispatchEvent(new Event("change", { bubbles: true }));
  }

  show() {
    if (this.many) {
      this.chips.replaceChildren(...this.chosen.map((each) => this.chip(each)));
      this.chips.hidden = !this.chosen.length;
      this.input.value = "";
    } else {
      this.input.value = this.chosen[0]?.title ?? "";
      this.clear.hidden = !this.chosen.length || !this.clearable || this.input.disabled;
    }
  }

  chip(each) {
    const off = make("button", { type: "button", tabindex: "-1", "aria-label": say("Remove {title}", { title: each.title }) }, cross());
    off.addEventListener("click", () => this.drop(each.id));
    if (this.input.disabled) off.hidden = true;
    return make("span", { class: "combo-chip", role: "listitem" }, make("span", {}, each.title), off);
  }

  leave() {
    this.close();
    const text = this.input.value.trim();
    if (this.free && text) this.choose({ id: text, title: text });
    else if (this.typed && !this.many && !text && this.clearable) this.choose(null);
    else {
      this.typed = false;
      this.show();
    }
  }
}
