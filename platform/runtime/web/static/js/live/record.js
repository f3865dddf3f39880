// The record that a form makes, as rules read it: what is typed, what was there before, and what follows from both. Computed
// fields and what lies behind lookups are looked up when a rule asks, so no order of fields need be known.
import { RuleFailed } from "newel/expressions/bounds";
import { keptAs } from "newel/live/showing";
import { read } from "newel/live/reading";

/**
 * One record, or one line. `rules` are those of the form or of one of its collections; `known` what the record holds beside what is typed; `prefix` stands
 * before the names of its inputs. `behind(object, id, path)` knows what lies behind lookups; `parent` is what `by` leads to;
 * `hides(name, record)` says whether a field that becomes blank when it is hidden is hidden.
 */
export class LiveRecord {
  constructor({ rules, inputs, known, prefix = "", facts, behind, defaults = false, by = null, parent = null, hides = null }) {
    Object.assign(this, { rules, facts, behind });
    this.values = Object.assign(Object.create(null), known);
    this.isUntouched = true;
    for (const [name, widget] of Object.entries(rules.inputs)) {
      const typed = read(inputs, prefix + name, widget, facts);
      if (typed !== undefined) this.values[name] = typed;
      this.isUntouched &&= typed !== undefined ? isBlank(typed) : true;
    }
    for (const name of rules.clears ?? []) this.#cleared(name, hides);
    this.defaulted = defaults ? new Set(Object.keys(rules.defaults ?? {}).filter((name) => isBlank(this.values[name]))) : new Set();
    for (const name of this.defaulted) if (rules.defaults[name] !== "server") this.#computed(this.values, name, rules.defaults[name]);
    for (const [name, rule] of Object.entries(rules.formulas ?? {})) if (rule !== "server") this.#computed(this.values, name, rule);
    for (const [lookup, { object, paths }] of Object.entries(rules.behind)) for (const path of paths) this.#reached(lookup, object, path);
    if (by) this.#parental(by, parent);
  }

  /** The value of a rule in this record; RuleFailed where it can't be had. */
  evaluate(rule) {
    return rule.evaluate(this.values, this.facts);
  }

  /** A field that is computed when it is asked for, once. */
  #computed(values, name, { rule, keep }) {
    let value;
    let state = "";
    const get = () => {
      if (state === "at it") throw new RuleFailed(`${name} follows from itself`);
      if (state) return value;
      state = "at it";
      try {
        value = keptAs(keep, this.evaluate(rule));
        state = "done";
        return value;
      } catch (error) {
        state = "";
        throw error;
      }
    };
    Object.defineProperty(values, name, { get, enumerable: true, configurable: true });
  }

  /** A field that is blank while it is hidden. Whether it is may depend on itself: it then counts as typed. */
  #cleared(name, hides) {
    const typed = this.values[name];
    let asking = false;
    const get = () => {
      if (asking) return typed;
      asking = true;
      const hidden = hides(name, this);
      asking = false;
      return hidden ? null : typed;
    };
    Object.defineProperty(this.values, name, { get, enumerable: true, configurable: true });
  }

  #reached(lookup, object, path) {
    const get = () => {
      const id = this.values[lookup] ?? null;
      return id === null ? null : this.behind(object, id, path);
    };
    Object.defineProperty(this.values, `${lookup}.${path}`, { get, enumerable: true, configurable: true });
  }

  /** Through the lookup back, a line reads the form's own record. */
  #parental(by, parent) {
    this.values = new Proxy(this.values, {
      get: (values, name) => (isThrough(name, by) ? parent.values[name.slice(by.length + 1)] : values[name]),
      getOwnPropertyDescriptor: (values, name) =>
        isThrough(name, by) ? { value: null, configurable: true, enumerable: true } : Object.getOwnPropertyDescriptor(values, name),
    });
  }

  /** What a computed field holds, in JSON; undefined where it can't be computed now. */
  valueOf(name) {
    try {
      return this.values[name] ?? null;
    } catch (error) {
      if (error instanceof RuleFailed) return undefined;
      throw error;
    }
  }
}

const isThrough = (name, by) => typeof name === "string" && name.startsWith(`${by}.`);
const isBlank = (value) => value === null || value === undefined || value === false;
