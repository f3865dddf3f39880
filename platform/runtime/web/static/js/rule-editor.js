// The rule editor: offers what may be written, has the text checked as one types, and copies what belongs into a file.
import { announce, ask, every, note, on, say } from "newel/page";
import { Names, wanted } from "newel/rule-names";

const WAIT = 300;
const WHILE_CHOOSING = 1500;
const MOST = 60;

class RuleEditor {
  constructor(form) {
    this.form = form;
    this.area = form.elements.namedItem("text");
    this.answer = form.querySelector(".rule-answer");
    this.hint = document.getElementById("rule-hint");
    this.hinted = this.hint.textContent;
    this.offers = [];
    this.active = -1;
    this.asked = 0;
    this.build();
    this.listen();
  }

  build() {
    this.list = document.createElement("ul");
    Object.assign(this.list, { id: "rule-offers", role: "listbox", tabIndex: 0 });
    this.list.setAttribute("aria-label", say("Suggestions"));
    this.sheet = document.createElement("div");
    this.sheet.className = "combo-sheet rule-sheet";
    this.sheet.setAttribute("popover", "manual");
    this.sheet.append(this.list);
    this.status = document.createElement("div");
    this.status.className = "unseen";
    this.status.setAttribute("role", "status");
    this.mirror = document.createElement("div");
    this.mirror.className = `${this.area.className} rule-mirror`;
    this.mirror.setAttribute("aria-hidden", "true");
    this.area.after(this.sheet, this.status, this.mirror);
    this.area.setAttribute("aria-autocomplete", "list");
    this.area.setAttribute("aria-controls", "rule-offers");
  }

  listen() {
    const { area } = this;
    area.addEventListener("input", () => {
      this.checkSoon();
      this.offer(false);
    });
    area.addEventListener("keydown", (event) => this.key(event));
    area.addEventListener("blur", () => this.close());
    area.addEventListener("click", () => this.close());
    area.addEventListener("scroll", () => this.isOpen && this.place());
    document.addEventListener("selectionchange", () => document.activeElement === area && this.tell());
    addEventListener("resize", () => this.isOpen && this.place());
    this.form.elements.namedItem("record")?.addEventListener("change", () => this.check());
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const row = event.target.closest("[role=option]");
      if (row) this.take(Number(row.dataset.at));
    });
  }

  get isOpen() {
    return this.sheet.matches(":popover-open");
  }

  async names() {
    const place = (values) => `${this.form.dataset.names}?${new URLSearchParams(values)}`;
    const fetched = async (object) => (await ask(place({ object }))).json();
    this.known ??= ask(place({ address: this.form.elements.namedItem("address").value })).then(async (answer) => new Names(await answer.json(), fetched));
    return this.known;
  }

  // Offering

  async offer(forced) {
    const asked = ++this.asked;
    const { area } = this;
    const place = wanted(area.value, area.selectionStart);
    if (!forced && !place.typed && !place.path.length && place.kind === "name") return this.close();
    let found = [];
    try {
      found = (await (await this.names()).offers(place)).slice(0, MOST);
    } catch {
      found = [];
    }
    if (asked !== this.asked || document.activeElement !== area) return;
    const settled = !forced && found.length && found[0].name === place.typed && (place.kind !== "name" || found.length === 1);
    if (!found.length || settled) return this.close();
    this.at = place;
    this.offers = found;
    this.draw();
  }

  draw() {
    this.list.replaceChildren(...this.offers.map((each, at) => this.row(each, at)));
    if (!this.isOpen) this.sheet.showPopover();
    this.place();
    this.activate(0);
    this.status.textContent = say("{n} suggestions", { n: this.offers.length });
  }

  row(each, at) {
    const row = document.createElement("li");
    Object.assign(row, { role: "option", id: `rule-offer-${at}` });
    row.dataset.at = at;
    row.setAttribute("aria-selected", "false");
    const name = document.createElement("span");
    name.className = "combo-title mono";
    name.textContent = each.name;
    const about = document.createElement("span");
    about.className = "combo-facts";
    about.textContent = [each.label ?? each.about, ["()", ".", "…"].includes(each.type) ? "" : each.type].filter(Boolean).join(" · ");
    row.append(name, about);
    return row;
  }

  activate(at) {
    const before = this.list.querySelector(".is-active");
    before?.classList.remove("is-active");
    before?.setAttribute("aria-selected", "false");
    this.active = at;
    const row = this.list.children[at];
    row?.classList.add("is-active");
    row?.setAttribute("aria-selected", "true");
    row?.scrollIntoView({ block: "nearest" });
    if (row) this.area.setAttribute("aria-activedescendant", row.id);
  }

  place() {
    const { area, mirror, sheet } = this;
    mirror.style.width = `${area.offsetWidth}px`;
    const mark = document.createElement("span");
    mark.textContent = "​";
    mirror.replaceChildren(area.value.slice(0, area.selectionStart), mark);
    const box = area.getBoundingClientRect();
    const top = box.top + mark.offsetTop - area.scrollTop + mark.offsetHeight + 4;
    const width = Math.min(420, innerWidth - 16);
    sheet.style.width = `${width}px`;
    sheet.style.left = `${Math.max(8, Math.min(box.left + mark.offsetLeft, innerWidth - width - 8))}px`;
    const height = sheet.offsetHeight;
    sheet.style.top = `${top + height > innerHeight - 8 ? Math.max(8, top - height - mark.offsetHeight - 8) : top}px`;
  }

  close() {
    this.asked++;
    if (!this.isOpen) return;
    this.sheet.hidePopover();
    this.area.removeAttribute("aria-activedescendant");
    this.status.textContent = "";
  }

  key(event) {
    if (event.isComposing) return;
    if (event.key === " " && event.ctrlKey) {
      event.preventDefault();
      this.offer(true);
      return;
    }
    if (!this.isOpen) return;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step) this.activate((this.active + step + this.offers.length) % this.offers.length);
    else if (event.key === "Enter" || event.key === "Tab") this.take(this.active);
    else if (event.key === "Escape") this.close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** Writes an offer in place of what is typed; the caret goes where one writes on. */
  take(at) {
    const each = this.offers[at];
    const { area } = this;
    const text = each.insert ?? each.name;
    let end = area.selectionStart;
    while (/[\w]/.test(area.value[end] ?? "")) end++;
    this.close();
    const step = area.value[end] === "(" && each.insert ? 0 : (each.step ?? 0);
    area.setRangeText(area.value[end] === "(" && each.insert ? each.name : text, this.at.from, end, "end");
    area.setSelectionRange(area.selectionStart + step, area.selectionStart + step);
    area.focus();
    this.checkSoon();
    this.tell();
  }

  /** Says below the text what the function around the caret takes. */
  async tell() {
    const { calls } = wanted(this.area.value, this.area.selectionStart);
    const name = calls.at(-1)?.name;
    const found = name ? (await this.names()).functions.get(name) : null;
    const said = found ? `${found.signature}: ${found.help}` : this.hinted;
    if (this.hint.textContent !== said) this.hint.textContent = said;
  }

  // Checking

  checkSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => (this.isOpen ? this.check(WHILE_CHOOSING) : this.check()), WAIT);
  }

  /** Asks what the text means; while something is being chosen, a little later. */
  async check(later = 0) {
    clearTimeout(this.timer);
    if (later) {
      this.timer = setTimeout(() => this.check(), later);
      return;
    }
    const asked = (this.checks = (this.checks ?? 0) + 1);
    let answer;
    try {
      answer = await ask(this.form.dataset.check, { method: "POST", body: new FormData(this.form), headers: { "HX-Request": "true" } });
    } catch {
      return;
    }
    if (asked !== this.checks || !answer.ok) return;
    const shown = this.answer.querySelector(".rule-yaml")?.open;
    this.answer.innerHTML = await answer.text();
    if (shown) this.answer.querySelector(".rule-yaml")?.setAttribute("open", "");
    const faulty = Boolean(this.answer.querySelector("[data-faults]")) && this.area.value.trim() !== "";
    this.area.toggleAttribute("aria-invalid", faulty);
    if (faulty) this.area.setAttribute("aria-invalid", "true");
    this.area.classList.toggle("is-invalid", faulty);
    announce(this.answer);
  }
}

every("form[data-rule-editor]", (form) => new RuleEditor(form));

// Publishing takes a while: the button says so, and is not pressed twice.
on("submit", ".rule-publish", (event, form) => {
  const button = event.submitter;
  if (!button?.dataset.busy) return;
  if (form.dataset.sent !== undefined) return event.preventDefault();
  form.dataset.sent = "";
  button.textContent = button.dataset.busy;
  button.setAttribute("aria-disabled", "true");
});
addEventListener("pageshow", () => document.querySelector(".rule-publish")?.removeAttribute("data-sent"));

on("click", "[data-copies]", async (event, button) => {
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
  note(say("Copied."));
});
