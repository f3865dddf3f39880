// What is typed into a form's editors, as rules read it: the JSON of expressions/values.js. It is read as the server reads it;
// what can't be understood is undefined.
import { clockOf, dayOf, momentAt, numberOf, partsOf } from "newel/expressions/dates";
import { WHITE_SPACE } from "newel/expressions/texts";
import { Exact, plain } from "newel/expressions/values";

/** The inputs of a form by name. (A field may be called as a form's own properties are: form.elements would be its input.) */
export function inputsOf(form) {
  const found = new Map();
  for (const each of form.querySelectorAll("input[name], select[name], textarea[name]")) {
    if (found.has(each.name)) found.get(each.name).push(each);
    else found.set(each.name, [each]);
  }
  return found;
}

/** The value in the editor `widget` whose inputs are called `name`; undefined where there is none, or nobody understands it. */
export function read(inputs, name, widget, facts) {
  const parts = PARTS[widget];
  if (parts) return inputs.has(`${name}.${parts[0]}`) ? READERS[widget]((part) => textOf(inputs, `${name}.${part}`)) : undefined;
  const editors = inputs.get(name);
  if (!editors) return undefined;
  return (READERS[widget] ?? asLine)(editors, facts);
}

const PARTS = {
  money: ["amount", "currency"],
  address: ["country", "province", "city", "district", "street", "postal_code"],
  person_name: ["family", "given", "middle", "salutation"],
};

const READERS = {
  number: (editors) => asNumber(tidy(editors[0].value)),
  percent: (editors) => asNumber(tidy(editors[0].value)?.replace(/[%％]$/, "").trimEnd() ?? null),
  rating: (editors) => editors.find((each) => each.checked)?.value ?? null,
  duration: (editors) => asDuration(tidy(editors[0].value)),
  date: (editors) => editors[0].value || null,
  time: (editors) => editors[0].value || null,
  datetime: (editors, facts) => asMoment(editors[0].value, facts.time_zone),
  boolean: (editors) => editors.some((each) => each.type === "checkbox" && each.checked),
  long_text: asLines,
  markdown: asLines,
  rich_text: asLines,
  tags: (editors) => asTags(editors[0].value),
  choice: (editors) => editors[0].value || null,
  multi_choice: chosen,
  many_to_many: chosen,
  lookup: (editors) => editors[0].value || null,
  user: (editors) => editors[0].value || null,
  polymorphic: (editors) => editors[0].value.split("/").at(-1) || null,
  file: (editors) => editors[0].value || null,
  image: (editors) => editors[0].value || null,
  geolocation: () => undefined,
  money(part) {
    const amount = asNumber(tidy(part("amount")));
    const currency = tidy(part("currency"))?.toUpperCase();
    return amount && currency ? { amount, currency } : amount && undefined;
  },
  person_name: nameOf,
  address: addressOf,
};

const textOf = (inputs, name) => inputs.get(name)?.[0].value ?? "";
const ENDS = new RegExp(`^[${WHITE_SPACE}]+|[${WHITE_SPACE}]+$`, "g");

/** Without white space at its ends, its letters composed; null for blank. */
const tidy = (text) => text.replace(ENDS, "").normalize("NFC") || null;

function asLine(editors) {
  return tidy(editors[0].value);
}

function asLines(editors) {
  return tidy(editors[0].value.replace(/\r\n?/g, "\n"));
}

function asTags(text) {
  const words = text.split(/[,，、;；\n]/).map(tidy).filter(Boolean);
  return words.length ? [...new Set(words)] : null;
}

function chosen(editors) {
  const select = editors.find((each) => each instanceof HTMLSelectElement);
  const keys = select ? [...select.selectedOptions].map((each) => each.value).filter(Boolean) : [];
  return keys.length ? keys : null;
}

/** Full-width signs as people type them in Chinese, as plain ones. */
const narrow = (text) => text.replace(/[！-～]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) - 0xfee0)).replace(/[\u3000\xa0\u202f]/g, " ").replace(/\u2212/g, "-");

const NUMBER = /^([+-]?) ?((?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d*)?|\.\d+) ?([万亿]?)$/;
const TIMES = { "": "1", 万: "1e4", 亿: "1e8" };

/** A number as people write it: 1234.5, 1,234.50, １２, 1.5万. */
export function asNumber(text) {
  if (text === null) return null;
  const found = text.length <= 60 ? NUMBER.exec(narrow(text)) : null;
  if (!found) return undefined;
  const [, sign, digits, unit] = found;
  return plain(new Exact(`${sign === "-" ? "-" : ""}0${digits.replaceAll(",", "").replace(/\.$/, "")}`).times(TIMES[unit]));
}

const CLOCK = /^(-?)(\d{1,9}):([0-5]\d)(?::([0-5]\d))?$/;
const PART = /^(\d[\d,]*(?:\.\d+)?) ?(days?|d|天|日|hours?|hrs?|h|小时|时|minutes?|mins?|m|分钟|分|seconds?|secs?|s|秒)[ ,]*/;
const SECONDS = { d: 86_400, 天: 86_400, 日: 86_400, h: 3600, 小: 3600, 时: 3600, m: 60, 分: 60, s: 1, 秒: 1 };

/** A length of time as people write it: 1 h 30 min, 1:30, 90 (seconds). */
export function asDuration(text) {
  if (text === null || text.length > 60) return text === null ? null : undefined;
  const said = narrow(text).toLowerCase();
  const clock = CLOCK.exec(said);
  if (clock) return `${clock[1]}${+clock[2] * 3600 + +clock[3] * 60 + +(clock[4] ?? 0)}`;
  if (/[.\d]$/.test(said)) return wholly(asNumber(said));
  let rest = said.replace(/^-/, "").trim();
  let total = new Exact(0);
  while (rest) {
    const found = PART.exec(rest);
    if (!found) return undefined;
    total = total.plus(new Exact(found[1].replaceAll(",", "")).times(SECONDS[found[2][0]]));
    rest = rest.slice(found[0].length);
  }
  return wholly(plain(said.startsWith("-") ? total.neg() : total));
}

const wholly = (number) => (number?.includes(".") ? undefined : number);

/** The moment that a clock in a time zone shows (2026-11-21T08:30); of a time that is shown twice, the first. */
export function asMoment(text, zone) {
  if (!text) return null;
  const [day, time] = text.split("T");
  const [hour, minute, second = 0] = time.split(":").map(Number);
  const local = numberOf(dayOf(...partsOf(day))) * 86_400 + hour * 3600 + minute * 60 + second;
  const before = offsetAt(local - 86_400, zone);
  const after = offsetAt(local + 86_400, zone);
  const [first, last] = [local - Math.max(before, after), local - Math.min(before, after)];
  return momentAt(first + offsetAt(first, zone) === local ? first : last + offsetAt(last, zone) === local ? last : local - before);
}

/** How many seconds the clocks of a zone are before UTC at a moment. */
function offsetAt(seconds, zone) {
  const moment = momentAt(seconds);
  const shown = moment && clockOf(moment, zone);
  if (!shown) return 0;
  return numberOf(dayOf(shown.year, shown.month, shown.day)) * 86_400 + shown.hour * 3600 + shown.minute * 60 - Math.floor(seconds / 60) * 60;
}

const CHINESE = /^[\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}· ]+$/u;
const ANY_CHINESE = /[\u3400-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const together = (parts, between) => parts.filter(Boolean).join(between) || null;

/** A name in the order of its script: 欧阳娜娜, but Ada King Lovelace. */
function nameOf(part) {
  const [family, given, middle] = ["family", "given", "middle"].map((key) => tidy(part(key)));
  const known = [family, given, middle].filter(Boolean);
  if (known.length && known.every((each) => CHINESE.test(each))) return together([family, middle, given], "");
  return together([given, middle, family], " ");
}

/** An address from large to small in Chinese, from small to large elsewhere. */
function addressOf(part) {
  const [country, province, city, district, street, code] = PARTS.address.map((key) => tidy(part(key)));
  if ([country, province, city, district, street].some((each) => each && ANY_CHINESE.test(each))) {
    return together([together([country, province, city, district, street], ""), code], " ");
  }
  return together([street, district, city, together([province, code], " "), country], ", ");
}
