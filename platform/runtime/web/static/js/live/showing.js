// Computed values on their way into fields and before people: kept at the field's scale, written as the server writes them.
import { rounded } from "newel/expressions/arithmetic";
import { lengthOf } from "newel/expressions/texts";
import { Exact, Money, asJson } from "newel/expressions/values";

/** A computed value as the field holds it, in JSON; blank where it does not fit. */
export function keptAs(keep, value) {
  if (keep.as === "boolean") return value === true;
  if (value === null) return null;
  return KEEPERS[keep.as](keep, value);
}

const KEEPERS = {
  value: (keep, value) => asJson(value),
  text: ({ most }, value) => (lengthOf(value) <= most ? value : null),
  number: (keep, value) => asJson(fitting(keep, value)),
  money(keep, value) {
    const amount = fitting(keep, value instanceof Money ? value.amount : value);
    return amount && asJson(new Money(amount, value instanceof Money ? value.currency : keep.currency));
  },
};

function fitting({ scale, most }, number) {
  const found = rounded(number, scale);
  return found.abs().lte(most) ? found : null;
}

const isChinese = document.documentElement.lang.startsWith("zh");
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const UNITS = isChinese ? [" 小时", " 分钟", " 秒"] : [" h", " min", " s"];

/** A value in JSON as people read it; "" for blank. */
export function written(show, json) {
  return json === null || json === undefined ? "" : WRITERS[show.as](show, json);
}

const WRITERS = {
  text: (show, json) => json,
  words: ({ words }, json) => words[String(json)] ?? String(json),
  number: ({ scale }, json) => grouped(atScale(new Exact(json), scale)),
  percent: (show, json) => `${grouped(new Exact(json).toFixed())}%`,
  date(show, json) {
    const [year, month, day] = json.split("-").map(Number);
    return isChinese ? `${year}年${month}月${day}日` : `${MONTHS[month - 1]} ${day}, ${year}`;
  },
  time(show, json) {
    const [hour, minute, second] = json.split(/[:.]/);
    const clock = `${minute}${second === "00" ? "" : `:${second}`}`;
    return isChinese ? `${hour}:${clock}` : `${hour % 12 || 12}:${clock} ${hour < 12 ? "AM" : "PM"}`;
  },
  duration(show, json) {
    const seconds = Math.abs(json);
    const counts = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), seconds % 60];
    const said = counts.map((count, at) => count && `${count}${UNITS[at]}`).filter(Boolean).join(" ");
    return `${json < 0 ? "-" : ""}${said || `0${UNITS[1]}`}`;
  },
  money({ scale, currencies }, { amount, currency }) {
    const [symbol, digits] = currencies[currency] ?? [`${currency}\u00a0`, 2];
    const number = new Exact(amount);
    const figures = atScale(number.abs(), Math.min(scale, digits));
    return `${number.isNegative() ? "-" : ""}${symbol}${grouped(figures)}`;
  },
};

/** With so many decimals, or more where the number has them. */
const atScale = (number, scale) => number.toFixed(Math.max(number.decimalPlaces(), scale));

/** With commas between thousands, as English and Chinese write numbers alike. */
function grouped(figures) {
  const [whole, fraction] = figures.split(".");
  const commas = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction ? `${commas}.${fraction}` : commas;
}

/** A value in JSON as it would be typed; of money the amount alone. */
export function typed(show, json) {
  if (json === null || json === undefined) return "";
  if (show.as === "duration") return written(show, json);
  if (show.as === "time") return json.slice(0, json.startsWith("00", 6) ? 5 : 8);
  const number = new Set(["number", "percent", "money"]).has(show.as) ? new Exact(json.amount ?? json) : null;
  return number ? atScale(number, show.scale) : String(json);
}
