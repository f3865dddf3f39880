// Working days: the weekdays that are worked, less the holidays among them, with the extra days that people work. Every count
// is read off the organisation's sorted tables. Days are numbers here, as in dates.js.
import { LAST_DAY, dayAt, numberOf } from "newel/expressions/dates";

/** `weekdays` are worked; `days` are those that differ from their weekday, `shifts` how many worked days they make up to each. */
export class Calendar {
  constructor({ weekdays, days, shifts }) {
    Object.assign(this, { weekdays, days, shifts });
    this.counts = days.map((day, at) => this.regular(day) + shifts[at]);
  }

  /** How many days up to this one are worked by their weekday. */
  regular(day) {
    const rest = ((day % 7) + 7) % 7;
    return Math.floor(day / 7) * this.weekdays.length + this.weekdays.filter((each) => each <= rest).length;
  }

  /** How many days up to this one are worked. */
  count(day) {
    return this.regular(day) + (this.shifts[firstAbove(this.days, day) - 1] ?? 0);
  }

  /** The worked days after `start`, up to and with `end`; negative where `end` is earlier. */
  between(start, end) {
    return this.count(numberOf(end)) - this.count(numberOf(start));
  }

  /** The worked day so many worked days later, or earlier; the day itself for 0. Blank outside the years 1 to 9999. */
  plus(day, count) {
    if (count === 0) return day;
    const back = count < 0 ? 1 : 0;
    const wanted = this.count(numberOf(day) - back) + count + back;
    const found = wanted > 0 ? this.nth(wanted) : null;
    return found !== null && found <= LAST_DAY ? dayAt(found) : null;
  }

  /** The day on which the count of worked days reaches `wanted`. */
  nth(wanted) {
    const at = firstAbove(this.counts, wanted - 1);
    const following = this.days[at] ?? null;
    if (!this.weekdays.length) return following;
    const beyond = wanted - (this.shifts[at - 1] ?? 0) - 1;
    const regular = Math.floor(beyond / this.weekdays.length) * 7 + this.weekdays[((beyond % this.weekdays.length) + this.weekdays.length) % this.weekdays.length];
    return following === null ? regular : Math.min(regular, following);
  }
}

/** The place of the first of sorted numbers that is above the wanted one. */
function firstAbove(numbers, wanted) {
  let [low, high] = [0, numbers.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (numbers[middle] > wanted) high = middle;
    else low = middle + 1;
  }
  return low;
}
