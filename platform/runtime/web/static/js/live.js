// Live rules: a form that carries its rules answers them while one types: what shows, is required or locked, which options are
// offered, what is computed. The server is asked only for what the page may not know (`asks`), and for what lies behind a lookup.
import { ask, every, say } from "newel/page";
import { RuleFailed } from "newel/expressions/bounds";
import { Rule } from "newel/expressions/engine";
import { isShown, offer, settle, settleSections, write, writeText } from "newel/live/places";
import "newel/lines";
import { inputsOf } from "newel/live/reading";
import { LiveRecord } from "newel/live/record";
import { typed } from "newel/live/showing";
import "newel/pick";

const PATIENCE = 250; // milliseconds of quiet before the server is asked
const MOST_ROUNDS = 5; // of options that go because others went

class LiveForm {
  constructor(form, said) {
    Object.assign(this, { form, said, asks: new Set(said.asks), reached: Object.assign(Object.create(null), said.reached), answer: { states: {}, values: {}, texts: {}, options: {}, lines: {}, cells: {} } });
    this.rules = prepared(said, said.currencies);
    this.lines = Object.entries(said.lines).map(([name, each]) => [name, prepared(each, said.currencies)]);
    this.waiting = new Map(); // object -> ids of records that rules look behind, and of which the page knows nothing yet
    this.fetching = new Set();
    this.status = form.appendChild(Object.assign(document.createElement("div"), { className: "unseen" }));
    this.status.setAttribute("role", "status");
    form.addEventListener("input", (event) => this.changed(event));
    form.addEventListener("change", (event) => this.changed(event));
    form.addEventListener("newel:refresh", () => this.refresh());
    if (form.hasAttribute("data-restored")) this.refresh();
    else this.update();
    this.tell();
  }

  /** Something was typed or chosen. */
  changed(event) {
    if (event.target.matches?.(".combo-input")) return;
    this.update();
    const field = event.target === this.form ? "" : event.target.name?.split(".")[0];
    if (field ? this.asks.has(field) : this.asks.size) this.askSoon();
    if (event.type === "change") this.tell();
  }

  /** The form was filled in anew, from a draft. */
  refresh() {
    this.update();
    if (this.asks.size) this.askSoon();
  }

  /** Computes everything anew and puts it onto the page. */
  update() {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      this.waiting.clear();
      const record = this.record();
      this.settleStates(record);
      this.showFormulas(record, this.rules.formulas, this.answer.texts, (name) => this.place(name));
      const dropped = this.offerOptions(record, this.rules.options, (name) => this.form.querySelector(`select[name="${CSS.escape(name)}"]`));
      const droppedInLines = this.lines.map(([name, rules]) => this.showLines(name, rules, record)).some(Boolean);
      if (!dropped && !droppedInLines) break;
    }
    this.form.dispatchEvent(new CustomEvent("newel:defaults", { detail: this.foretold() }));
    if (this.waiting.size) this.fetchBehind();
  }

  // The record as it stands

  record() {
    const inputs = inputsOf(this.form);
    const behind = (object, id, path) => this.behind(object, id, path);
    const { facts } = this.said;
    const known = { ...this.said.record, ...this.answer.values };
    const record = new LiveRecord({ rules: this.rules, inputs, known, facts, behind, hides: (name, own) => this.hides(name, own) });
    for (const [name, rules] of this.lines) {
      record.rows ??= {};
      record.rows[name] = this.rowsOf(name).map((row) => {
        const stored = row.querySelector(`input[name="${CSS.escape(`${name}.${row.dataset.line}.id`)}"]`)?.value;
        const kept = { id: stored ?? null, ...this.said.rows[name]?.[stored] };
        const prefix = `${name}.${row.dataset.line}.`;
        const line = new LiveRecord({ rules, inputs, known: kept, prefix, facts, behind, defaults: !stored, by: rules.by, parent: record });
        return Object.assign(line, { row, isStored: Boolean(stored), isBlank: !stored && line.isUntouched });
      });
      record.values[name] = record.rows[name].filter((each) => !each.isBlank).map((each) => each.values);
    }
    this.now = record;
    return record;
  }

  rowsOf(name) {
    const grid = this.form.querySelector(`[data-lines="${CSS.escape(name)}"]`);
    return grid ? [...grid.querySelectorAll("tbody tr[data-line]")] : [];
  }

  place(name) {
    return this.form.querySelector(`[data-field="${CSS.escape(name)}"]`);
  }

  // Conditions

  settleStates(record) {
    for (const [name, said] of Object.entries(this.rules.conditions)) {
      const place = this.place(name);
      const state = said === "server" ? this.answer.states[name] : this.state(said, record);
      if (place && state) settle(place, state);
    }
    settleSections(this.form);
  }

  /** What several elements say together; undefined while something is awaited. A field that is not visible is not required. */
  state(said, record) {
    const [visible, required, locked] = ["visible", "required", "read_only"].map((name) => said.map((each) => this.holds(each[name], record)));
    if ([visible, required, locked].flat().includes(undefined)) return undefined;
    const seen = visible.every((each) => each === true);
    return { visible: seen, required: seen && required.some((each) => each !== false), locked: "read_only" in said[0] ? locked.some((each) => each !== false) : undefined };
  }

  /** Whether a rule holds; null where it can't be computed, undefined while something is awaited. */
  holds(rule, record) {
    if (rule === undefined) return false;
    if (typeof rule === "boolean") return rule;
    try {
      return rule.every((each) => record.evaluate(each));
    } catch (error) {
      if (!(error instanceof RuleFailed)) throw error;
      return error.awaited ? undefined : null;
    }
  }

  /** Whether a field that becomes blank when it is hidden is hidden. */
  hides(name, record) {
    const said = this.rules.conditions[name];
    return said === "server" ? this.answer.states[name]?.visible === false : said.some((each) => this.holds(each.visible, record) === false);
  }

  // Computed values and options

  showFormulas(record, formulas, texts, placeOf) {
    for (const [name, rule] of Object.entries(formulas)) {
      if (rule === "server") {
        if (name in (texts ?? {})) writeText(placeOf(name), texts[name], true);
        continue;
      }
      const json = record.valueOf(name);
      if (json !== undefined || !this.waiting.size) write(placeOf(name), rule.show, json);
    }
  }

  offerOptions(record, options, editorOf) {
    let dropped = false;
    for (const [name, rules] of Object.entries(options)) {
      const select = editorOf(name);
      const offered = rules === "server" ? this.answer.options[name] : this.offered(rules, record);
      if (offered && select) dropped = offer(select, offered) || dropped;
    }
    return dropped;
  }

  offered(rules, record) {
    const found = {};
    for (const [key, rule] of Object.entries(rules)) {
      const holds = this.holds([rule], record);
      if (holds === undefined) return undefined;
      found[key] = holds === true;
    }
    return found;
  }

  // Lines

  showLines(name, rules, record) {
    let dropped = false;
    let filled = 0;
    for (const line of record.rows[name]) {
      const texts = line.isBlank ? {} : this.answer.cells[name]?.[filled++];
      const cell = (column) => line.row.querySelector(`td[data-column="${CSS.escape(column)}"]`);
      if (!line.isBlank) this.showFormulas(line, rules.formulas, texts, cell);
      this.settleCells(line, rules.conditions, cell);
      dropped = this.offerOptions(line, rules.options, (column) => cell(column)?.querySelector("select")) || dropped;
    }
    return dropped;
  }

  /** The conditions of a line's fields. What is locked in a stored line is what is stored of it, and has no editor. */
  settleCells(line, conditions, cellOf) {
    for (const [name, said] of Object.entries(conditions)) {
      const [cell, state] = [cellOf(name), said === "server" ? null : this.state(said, line)];
      if (cell && state) settle(cell, { ...state, locked: line.isStored ? undefined : state.locked });
    }
  }

  /** By collection and line, what its empty cells will hold. */
  foretold() {
    const found = { ...this.answer.lines };
    for (const [name, rules] of this.lines) {
      if (Object.values(rules.defaults).includes("server")) continue;
      found[name] = this.now.rows[name].filter((each) => !each.isBlank).map((line) => Object.fromEntries([...line.defaulted].map((column) => [column, typed(rules.defaults[column].show, line.valueOf(column))])));
    }
    return found;
  }

  // What the server knows

  /** What lies behind a lookup; fetched, if the page does not know it yet. */
  behind(object, id, path) {
    const known = this.reached[object]?.[id];
    if (known && path in known) return known[path];
    if (known === null) return null;
    if (known === false) throw new RuleFailed(`${path} could not be fetched`);
    if (!this.waiting.has(object)) this.waiting.set(object, new Set());
    this.waiting.get(object).add(id);
    throw Object.assign(new RuleFailed(`${path} is awaited`), { awaited: true });
  }

  async fetchBehind() {
    const wanted = [...this.waiting].map(([object, ids]) => [object, [...ids].filter((id) => !this.fetching.has(id))]).filter(([, ids]) => ids.length);
    if (!wanted.length) return;
    for (const [, ids] of wanted) for (const id of ids) this.fetching.add(id);
    await Promise.all(wanted.map(([object, ids]) => this.fetchOf(object, ids)));
    for (const [, ids] of wanted) for (const id of ids) this.fetching.delete(id);
    this.update();
    this.tell();
  }

  async fetchOf(object, ids) {
    const url = new URL(`/o/${object}/reached`, location.href);
    for (const id of ids.slice(0, 100)) url.searchParams.append("id", id);
    for (const path of this.pathsOf(object)) url.searchParams.append("path", path);
    const found = await ask(url).then((answer) => (answer.ok ? answer.json() : null), () => null);
    this.reached[object] ??= {};
    for (const id of ids) this.reached[object][id] = found ? (found[id] ?? null) : false;
  }

  pathsOf(object) {
    const parts = [this.rules, ...this.lines.map(([, rules]) => rules)];
    const behind = parts.flatMap((each) => Object.values(each.behind));
    return new Set(behind.filter((each) => each.object === object).flatMap((each) => each.paths));
  }

  askSoon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.askServer(), PATIENCE);
  }

  async askServer() {
    const { form } = this;
    this.asked = (this.asked ?? 0) + 1;
    const number = this.asked;
    const body = new FormData(form);
    for (const [name, value] of [...body]) if (value instanceof File) body.delete(name);
    if (form.hasAttribute("data-record")) body.set(":record", form.getAttribute("data-record"));
    const answer = await ask(form.getAttribute("data-preview"), { method: "POST", body: new URLSearchParams(body) }).catch(() => null);
    if (!answer?.ok || answer.redirected || number !== this.asked) return;
    const { states, ...said } = await answer.json();
    this.answer = { ...said, states: Object.fromEntries(Object.entries(states).map(([name, [visible, required, locked]]) => [name, { visible, required, locked: this.said.isNew ? locked : undefined }])) };
    this.update();
    this.tell();
  }

  // For those who hear the page

  /** Says quietly, once there is a pause, which fields came and went. */
  tell() {
    const shown = new Map([...this.form.querySelectorAll("[data-field]")].map((place) => [place.dataset.field, isShown(place) ? labelOf(place) : ""]));
    const before = this.shown ?? shown;
    const came = [...shown].filter(([name, label]) => label && before.get(name) === "").map(([, label]) => label);
    const went = [...before].filter(([name, label]) => label && shown.get(name) === "").map(([, label]) => label);
    this.shown = shown;
    const parts = [came.length && say("Now shown: {fields}", { fields: came.join(", ") }), went.length && say("No longer shown: {fields}", { fields: went.join(", ") })];
    if (came.length || went.length) this.status.textContent = parts.filter(Boolean).join(". ");
  }
}

const labelOf = (place) => place.querySelector("label, legend, .field-label > span:first-child")?.textContent.replace("*", "").trim() ?? "";

/** Rules made ready to be computed, in the shape that the page has sent them. */
function prepared({ conditions, formulas, options, defaults, ...rest }, currencies) {
  const each = (found, make) => Object.fromEntries(Object.entries(found).map(([name, said]) => [name, said === "server" ? said : make(said)]));
  const computed = (said) => ({ rule: new Rule(said), keep: said.keep, show: { ...said.show, currencies } });
  const condition = (rule) => (Array.isArray(rule) ? rule.map((said) => new Rule(said)) : rule);
  return {
    ...rest,
    conditions: each(conditions, (all) => all.map((one) => each(one, condition))),
    formulas: each(formulas, computed),
    options: each(options, (keys) => each(keys, (said) => new Rule(said))),
    defaults: each(defaults, computed),
  };
}

every("script[data-live]", (block) => new LiveForm(block.closest("form"), JSON.parse(block.textContent)));
