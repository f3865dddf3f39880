// What the records of a collection give together: the lines of a quote, the opportunities of an account.
import { add, divide, onAmount, rounded } from "newel/expressions/arithmetic";
import { RuleFailed, kept, spend } from "newel/expressions/bounds";
import { extreme } from "newel/expressions/functions/numbers";
import { Exact, Money, order } from "newel/expressions/values";

/** The function that computes an aggregate; `value`, `where` and `by` read the children, not the record. */
export function aggregate({ function: name, collection, gives, currency, value, where, by, downwards, separator }, part) {
  const [valued, holds, placed] = [value, where, by].map((each) => (each ? part(each) : null));
  const gather = GATHER[name];
  return (at) => {
    const children = childrenOf(at, collection).filter((child) => !holds || holds(child));
    if (name === "first" || name === "concat_list") inOrder(children, placed, downwards);
    const values = valued ? children.map(valued) : children;
    return gather(values, { gives, currency, separator });
  };
}

/** What each record of the collection is evaluated in. */
function childrenOf(at, collection) {
  if (!Object.hasOwn(at.record, collection)) throw new RuleFailed(`${collection} is not loaded`);
  return (at.record[collection] ?? []).map((record) => {
    spend(at);
    return { ...at, record };
  });
}

/** Sorts by what `placed` gives, blanks last; then, and without it, as the records were made. */
function inOrder(children, placed, downwards) {
  const ranks = new Map(children.map((child) => [child, placed ? amountOf(placed(child)) : null]));
  children.sort((first, second) => {
    const [left, right] = [ranks.get(first), ranks.get(second)];
    if (left === null || right === null) return (left === null) - (right === null) || asMade(first, second);
    return (downwards ? -1 : 1) * order(left, right) || asMade(first, second);
  });
}

/** Ids grow as records are made; a record that is not saved yet has none, and comes after the others. */
function asMade({ record: first }, { record: second }) {
  if (!first.id || !second.id) return Boolean(second.id) - Boolean(first.id);
  return first.id < second.id ? -1 : 1;
}

const GATHER = {
  count: (values) => new Exact(filled(values).length),
  any: (values) => values.some(Boolean),
  all: (values) => values.every(Boolean),
  sum: (values, { gives, currency }) => folded(filled(values), total) ?? (filled(values).length ? null : nothing(gives, currency)),
  avg: (values, { gives }) => folded(filled(values), (numbers) => mean(numbers, gives)),
  min: (values) => extreme(values, -1),
  max: (values) => extreme(values, 1),
  first: (values, { gives }) => values[0] ?? (gives === "boolean" ? false : null),
  concat_list: (values, { separator }) => kept(filled(values).join(separator)),
};

const filled = (values) => values.filter((value) => value !== null);
const amountOf = (value) => (value instanceof Money ? value.amount : value);
const total = (numbers) => numbers.reduce(add);

/** The mean to 10 places; of durations in whole seconds. */
function mean(numbers, gives) {
  const found = divide(total(numbers), new Exact(numbers.length));
  return gives === "duration" ? rounded(found) : found;
}

/** Numbers, or the amounts of money, folded into one; blank where there are none, or several currencies. */
function folded(values, fold) {
  const [first] = values;
  if (first === undefined || values.some((each) => each.currency !== first.currency)) return null;
  return onAmount(first, () => fold(values.map(amountOf)));
}

const nothing = (gives, currency) => (gives === "money" ? new Money(new Exact(0), currency ?? "") : new Exact(0));
