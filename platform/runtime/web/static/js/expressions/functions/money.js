// Functions on amounts of money.
import { divide } from "newel/expressions/arithmetic";
import { Exact, Money } from "newel/expressions/values";

export const MONEY = {
  money: (amount, currency) => new Money(amount, currency),
  amount: (money) => money.amount,
  currency: (money) => money.currency,
  convert(facts, money, currency, day = facts.today) {
    if (money.currency === currency) return money;
    const [mine, theirs] = [money.currency, currency].map((each) => rateOf(facts.organisation, each, day));
    const amount = mine && theirs && divide(money.amount.times(mine), theirs);
    return amount && new Money(amount, currency);
  },
};

/** What one unit of a currency is worth on a day: the latest rate until then; blank where none is known. */
function rateOf({ currency: own, rates }, currency, day) {
  if (currency === own) return new Exact(1);
  const known = (rates[currency] ?? []).filter(([from]) => from <= day).at(-1);
  return known ? new Exact(known[1]) : null;
}
