// What an expression may call, by the name that its entry in the registry (platform/rules/functions) gives its twin here.
import { BLANKS } from "newel/expressions/functions/blanks";
import { DATES } from "newel/expressions/functions/dates";
import { LISTS } from "newel/expressions/functions/lists";
import { LOGIC } from "newel/expressions/functions/logic";
import { MONEY } from "newel/expressions/functions/money";
import { NUMBERS } from "newel/expressions/functions/numbers";
import { PEOPLE } from "newel/expressions/functions/people";
import { PERIODS } from "newel/expressions/functions/periods";
import { TEXTS } from "newel/expressions/functions/texts";
import { WRITING } from "newel/expressions/functions/writing";

export const FUNCTIONS = { ...BLANKS, ...LOGIC, ...NUMBERS, ...MONEY, ...TEXTS, ...WRITING, ...DATES, ...PERIODS, ...LISTS, ...PEOPLE };
