// What the records of a collection give together: the lines of a quote, the opportunities of an account.
import { add, divide } from "newel/expressions/arithmetic";
import { RuleFailed, kept, spend } from "newel/expressions/bounds";
import { extreme } from "newel/expressions/functions/numbers";
import { Exact, Money, order } from "newel/expressions/values";

/** The function that computes an aggregate; `value`, `where` and `by` read the children, not the record. */
export function aggregate({ function: name, collection, gives, value, where, by, downwards, separator }, part) {
  const [valued, holds, placed] = [value, where, by].map((each) => (each ? part(each) : null));
  const gather = GATHER[name];
  return (at) => {
    const children = childrenOf(at, collection).filter((child) => !holds || holds(child));
    if (name === "first" || name === "concat_list") inOrder(children, placed, downwards);
    const values = valued ? children.map(valued) : children;
    return gather(values, { gives, separator });
  };
}

/** What each record of the collection is evaluated in. */
function childrenOf(at, collection) {
  const records = at.record[collection];
  if (!Array.isArray(records)) throw new RuleFailed(`${collection} is not loaded`);
  return records.map((record) => {
    spend(at);
    return { ...at, record };
  });
}

/** Sorts by what `placed` gives, blanks last; then, and without it, as the records were made. */
function inOrder(children, placed, downwards) {
  const keys = new Map(children.map((child) => [child, placed ? placed(child) : null]));
  children.sort((first, second) => {
    const [left, right] = [keys.get(first), keys.get(second)];
    if (left === null || right === null) return (left === null) - (right === null) || byId(first, second);
    return (downwards ? -1 : 1) * order(left, right) || byId(first, second);
  });
}

/** Ids grow as records are made; a record that is not saved yet has none, and comes after the others. */
function byId({ record: first }, { record: second }) {
  if (!first.id || !second.id) return Boolean(second.id) - Boolean(first.id);
  return first.id < second.id ? -1 : 1;
}

const filled = (values) => values.filter((value) => value !== null);

const GATHER = {
  count: (values) => new Exact(filled(values).length),
  any: (values) => values.some(Boolean),
  all: (values) => values.every(Boolean),
  sum: (values, { gives }) => total(filled(values)) ?? (gives === "money" ? null : new Exact(0)),
  avg: (values) => average(filled(values)),
  min: (values) => extreme(values, -1),
  max: (values) => extreme(values, 1),
  first: (values) => values[0] ?? null,
  concat_list: (values, { separator }) => kept(filled(values).join(separator)),
};

/** All values together; blank where there is none, and where amounts are in several currencies. */
function total(values) {
  if (!values.length) return null;
  if (!(values[0] instanceof Money)) return values.reduce(add);
  const { currency } = values[0];
  return values.every((each) => each.currency === currency) ? new Money(values.map(({ amount }) => amount).reduce(add), currency) : null;
}

function average(values) {
  const sum = total(values);
  if (sum === null) return null;
  const count = new Exact(values.length);
  return sum instanceof Money ? new Money(divide(sum.amount, count), sum.currency) : divide(sum, count);
}
