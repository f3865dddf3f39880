// Functions that move along the calendar. Months are clamped to their last day; weeks begin on Monday; days outside the years
// 1 to 9999 are blank.
import { Calendar } from "newel/expressions/calendar";
import { dayAt, dayOf, monthLength, monthsLater, numberOf, partsOf, weekdayOf } from "newel/expressions/dates";
import { Exact } from "newel/expressions/values";

const whole = (number) => number.trunc().toNumber();
const quarterOf = (month) => Math.ceil(month / 3);
const calendars = new WeakMap(); // an organisation's tables -> its calendar

function calendarOf({ organisation: { calendar } }) {
  if (!calendars.has(calendar)) calendars.set(calendar, new Calendar(calendar));
  return calendars.get(calendar);
}

export const PERIODS = {
  add_days: (day, count) => dayAt(numberOf(day) + whole(count)),
  add_months: (day, count) => monthsLater(day, whole(count)),
  add_years: (day, count) => monthsLater(day, whole(count) * 12),
  days_between: (start, end) => new Exact(numberOf(end) - numberOf(start)),
  months_between: (start, end) => new Exact(monthsBetween(start, end)),
  age: (facts, birthday, day = facts.today) => new Exact(Math.trunc(monthsBetween(birthday, day) / 12)),
  fiscal_year({ organisation: { fiscal_start: start } }, day) {
    const [year, month] = partsOf(day);
    return new Exact(year + (start > 1 && start <= month ? 1 : 0));
  },
  start_of(day, unit) {
    const [year, month] = partsOf(day);
    if (unit === "week") return dayAt(numberOf(day) - weekdayOf(day) + 1);
    return dayOf(year, { month, quarter: quarterOf(month) * 3 - 2, year: 1 }[unit], 1);
  },
  end_of(day, unit) {
    const [year, month] = partsOf(day);
    if (unit === "week") return dayAt(numberOf(day) - weekdayOf(day) + 7);
    const last = { month, quarter: quarterOf(month) * 3, year: 12 }[unit];
    return dayOf(year, last, monthLength(year, last));
  },
  workdays_between: (facts, start, end) => new Exact(calendarOf(facts).between(start, end)),
  add_workdays: (facts, day, count) => calendarOf(facts).plus(day, whole(count)),
};

/** The most months that can be added to `start` without passing `end`; the same backwards, negative. */
function monthsBetween(start, end) {
  if (end < start) return -monthsBetween(end, start);
  const [[year, month, day], [lastYear, lastMonth, lastDay]] = [partsOf(start), partsOf(end)];
  const unfinished = lastDay < day && lastDay < monthLength(lastYear, lastMonth);
  return (lastYear - year) * 12 + lastMonth - month - (unfinished ? 1 : 0);
}
