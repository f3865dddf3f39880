// Functions that write values as texts, and that judge how a text is written.
import { rounded } from "newel/expressions/arithmetic";
import { clockOf, dayOf, monthLength, partsOf } from "newel/expressions/dates";
import { charactersOf } from "newel/expressions/texts";
import { Exact, Money, plain } from "newel/expressions/values";

export const WRITING = {
  text(facts, value, form) {
    if (typeof value !== "string") return numberText(value instanceof Money ? value.amount : value, form);
    if (!value.includes("T")) return dayText(dayParts(value), form ?? "YYYY-MM-DD");
    const shown = clockOf(value, facts.time_zone);
    return shown && dayText(shown, form ?? "YYYY-MM-DD HH:mm");
  },
  matches: fits,
};

const NUMBER = /^(?:(#,##0)|(0{1,30}))(?:\.(0{1,20}))?(%)?$/;

/** The number as a format writes it (0.00, #,##0, 0%), rounded half away from zero; without one, with all its digits. */
function numberText(number, form) {
  if (form === undefined) return plain(new Exact(number));
  const [, grouped, digits = "0", decimals = "", hundredths] = NUMBER.exec(form);
  const found = rounded(hundredths ? number.times(100) : number, decimals.length);
  const [whole, fraction] = found.abs().toFixed(decimals.length).split(".");
  const shown = grouped ? whole.replace(/\B(?=(\d{3})+$)/g, ",") : whole.padStart(digits.length, "0");
  return (found.lt(0) ? "-" : "") + (fraction ? `${shown}.${fraction}` : shown) + (hundredths ? "%" : "");
}

const TOKEN = /YYYY|YY|MM|M|DD|D|HH|H|mm|ss|[^A-Za-z0-9"\\]/gu;
const padded = (number) => String(number).padStart(2, "0");

const PARTS = {
  YYYY: ({ year }) => String(year).padStart(4, "0"),
  YY: ({ year }) => padded(year % 100),
  MM: ({ month }) => padded(month),
  M: ({ month }) => month,
  DD: ({ day }) => padded(day),
  D: ({ day }) => day,
  HH: ({ hour }) => padded(hour),
  H: ({ hour }) => hour,
  mm: ({ minute }) => padded(minute),
  ss: ({ second }) => padded(second),
};

const dayText = (shown, form) => form.match(TOKEN).map((token) => (Object.hasOwn(PARTS, token) ? PARTS[token](shown) : token)).join("");

function dayParts(value) {
  const [year, month, day] = partsOf(value);
  return { year, month, day };
}

const USUAL = /^(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?$/;
const READ = { YYYY: "(\\d{4})", MM: "(\\d{2})", DD: "(\\d{2})", M: "(\\d{1,2})", D: "(\\d{1,2})" };

/** The day that a text writes, as a format says; blank where it writes none, or one that no calendar has. */
export function dayOfText(text, form) {
  const tokens = form === undefined ? [] : form.match(TOKEN);
  const pattern = tokens.length ? new RegExp(`^${tokens.map((token) => READ[token] ?? token.replace(/[\\^$.*+?()[\]{}|/]/, "\\$&")).join("")}$`) : USUAL;
  const letters = tokens.length ? tokens.filter((token) => token in READ).map((token) => token[0]) : ["Y", "M", "D"];
  const found = pattern.exec(text);
  if (!found) return null;
  const [year, month, day] = ["Y", "M", "D"].map((letter) => Number(found[letters.indexOf(letter) + 1]));
  return year >= 1 && month >= 1 && month <= 12 && day >= 1 && day <= monthLength(year, month) ? dayOf(year, month, day) : null;
}

/**
 * Whether the whole text fits a pattern, given as the steps of a small machine: ["one of", ranges], ["split", here, there],
 * ["go", there], ["done"]. All ways are tried at once, so that no pattern is ever slow.
 */
function fits(text, program) {
  let now = reachable(program, [0]);
  for (const character of charactersOf(text)) {
    const code = character.codePointAt(0);
    const next = [...now].filter((at) => program[at][0] === "one of" && program[at][1].some(([low, high]) => code >= low && code <= high));
    now = reachable(program, next.map((at) => at + 1));
    if (!now.size) return false;
  }
  return [...now].some((at) => program[at][0] === "done");
}

/** The steps that wait for a character, or are the end, after going on from `starts`. */
function reachable(program, starts) {
  const [found, seen, waiting] = [new Set(), new Set(), [...starts]];
  while (waiting.length) {
    const at = waiting.pop();
    if (seen.has(at)) continue;
    seen.add(at);
    const [what, ...places] = program[at];
    if (what === "go" || what === "split") waiting.push(...places);
    else found.add(at);
  }
  return found;
}
