// Functions on amounts of money.
import { Money } from "newel/expressions/values";

export const MONEY = {
  money: (amount, currency) => new Money(amount, currency),
  amount: (money) => money.amount,
  currency: (money) => money.currency,
};
