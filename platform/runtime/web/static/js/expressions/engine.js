// A checked expression comes as a tree of plain objects; here it becomes nested functions of what they stand in ({record, facts}).
// Nothing is made from text: what is not in NODES can't be said.
import { OPERATIONS, joined, negative } from "newel/expressions/arithmetic";
import { DEEPEST, MOST_NODES, MOST_STEPS, RuleFailed, kept, spend } from "newel/expressions/bounds";
import { aggregate } from "newel/expressions/children";
import { FUNCTIONS } from "newel/expressions/functions/registry";
import { NOBODY, equal, order, valueOf } from "newel/expressions/values";

/** The rule that a tree says: `evaluate(record, facts)` gives its value; RuleFailed where it can't be computed. */
export class Rule {
  constructor({ gives, tree }) {
    this.gives = gives;
    this.run = compiled(tree, { nodes: 0, depth: 0 });
  }

  evaluate(record, facts) {
    const value = this.run({ record, facts, budget: { steps: MOST_STEPS } });
    return value === NOBODY ? null : value;
  }
}

/** The function that computes a node; `bounds` counts what a hostile tree would have too much of. */
function compiled(node, bounds) {
  bounds.nodes += 1;
  bounds.depth += 1;
  if (bounds.nodes > MOST_NODES || bounds.depth > DEEPEST || !Object.hasOwn(NODES, node.is)) throw new RuleFailed("not an expression");
  const run = NODES[node.is](node, (part) => compiled(part, bounds));
  bounds.depth -= 1;
  return run;
}

const NODES = {
  value({ kind, value }) {
    const known = valueOf(kind, value);
    return () => known;
  },

  field({ path, kind }) {
    return (at) => valueOf(kind, found(at.record, path));
  },

  prior({ path, kind }) {
    return ({ facts }) => valueOf(kind, facts.prior ? found(facts.prior, path) : null);
  },

  given({ name, kind }) {
    if (name === "user") return ({ facts }) => facts.user ?? NOBODY;
    return ({ facts }) => valueOf(kind, facts.given?.[name]);
  },

  negative({ of }, part) {
    const operand = part(of);
    return (at) => through(operand(at), negative);
  },

  not({ of }, part) {
    const operand = part(of);
    return (at) => !operand(at);
  },

  arithmetic({ op, kinds, left, right }, part) {
    const [first, second] = [part(left), part(right)];
    if (kinds[0] === "text") return (at) => joined(first(at), second(at));
    const operate = OPERATIONS[`${kinds[0]}${op}${kinds[1]}`];
    return (at) => through(first(at), (one) => through(second(at), (other) => operate(one, other)));
  },

  comparison({ ops, operands }, part) {
    const runs = operands.map((each) => (each.is === "items" ? each.items.map(part) : part(each)));
    const pairs = ops.map((op, at) => compared(runs[at], op, runs[at + 1]));
    return (at) => pairs.every((holds) => holds(at));
  },

  logic({ op, operands }, part) {
    const runs = operands.map(part);
    return op === "and" ? (at) => runs.every((run) => run(at)) : (at) => runs.some((run) => run(at));
  },

  choose({ test, then, other }, part) {
    const [decides, first, second] = [part(test), part(then), part(other)];
    return (at) => (decides(at) ? first(at) : second(at));
  },

  call({ name, gives, passes, facts, args }, part) {
    if (!Object.hasOwn(FUNCTIONS, name)) throw new RuleFailed(`no function ${name}`);
    const operate = FUNCTIONS[name];
    const runs = args.map(part);
    const blank = gives === "boolean" ? false : null;
    return (at) => {
      spend(at);
      const values = runs.map((run) => run(at));
      if (passes && values.includes(null)) return blank;
      const value = facts ? operate(at.facts, ...values) : operate(...values);
      return typeof value === "string" ? kept(value) : value;
    };
  },

  option({ of, kind, values }, part) {
    const operand = part(of);
    const known = new Map(values.map(([key, value]) => [key, valueOf(kind, value)]));
    return (at) => known.get(operand(at)) ?? valueOf(kind, null);
  },

  aggregate,
};

/** What stands at the end of a path; blank where a lookup on the way is. */
function found(record, path) {
  if (Object.hasOwn(record, path)) return record[path];
  const names = path.split(".");
  if (names.length === 1) return null;
  for (let count = 1; count < names.length; count++) {
    const before = names.slice(0, count).join(".");
    if ((count === 1 || Object.hasOwn(record, before)) && (record[before] ?? null) === null) return null;
  }
  throw new RuleFailed(`${path} is not loaded`);
}

const through = (value, operate) => (value === null ? null : operate(value));

const ORDERS = {
  "<": (sign) => sign < 0,
  "<=": (sign) => sign <= 0,
  ">": (sign) => sign > 0,
  ">=": (sign) => sign >= 0,
};

/** Whether a comparison holds between two neighbours. An order with a blank holds never. */
function compared(first, op, second) {
  if (op === "==") return (at) => equal(first(at), second(at));
  if (op === "!=") return (at) => !equal(first(at), second(at));
  if (op === "in" || op === "not in") return member(first, second, op === "in");
  return (at) => ORDERS[op](order(first(at), second(at)));
}

/** Whether a value is in a list that is written out, or in a field that holds one. */
function member(first, second, wanted) {
  if (Array.isArray(second)) {
    return (at) => {
      const value = first(at);
      return second.some((each) => equal(value, each(at))) === wanted;
    };
  }
  return (at) => {
    const value = first(at);
    return (second(at) ?? []).includes(value) === wanted;
  };
}
