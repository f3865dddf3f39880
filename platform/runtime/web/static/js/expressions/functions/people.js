// Functions on who asks.
import { NOBODY } from "newel/expressions/values";

export const PEOPLE = {
  me: (facts) => facts.user ?? NOBODY,
  in_role: (facts, role) => (facts.roles ?? []).includes(role),
};
