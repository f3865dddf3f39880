// A calendar: FullCalendar draws the grid; our server gives the events, takes the moves, and may refuse them.
import "newel/pick";
import { ask, every, note, say } from "newel/page";
import { openPage } from "newel/dialogs";

const SPANS = { month: "dayGridMonth", week: "timeGridWeek", day: "timeGridDay", list: "listMonth" };
const spanOf = (type) => Object.keys(SPANS).find((span) => SPANS[span] === type) ?? "month";

every("[data-calendar]", (place) => {
  const words = JSON.parse(place.dataset.words);
  place.replaceChildren();
  const narrow = innerWidth < 760;
  const calendar = new window.FullCalendar.Calendar(place, {
    initialView: SPANS[narrow && place.dataset.span === "month" && !location.search.includes("span=") ? "list" : place.dataset.span],
    initialDate: place.dataset.date,
    now: () => new Date(Date.parse(`${place.dataset.now}Z`) + performance.now()).toISOString().slice(0, 19),
    timeZone: "UTC",
    locale: place.dataset.language.startsWith("zh") ? "zh-cn" : "en-gb",
    firstDay: 1,
    height: narrow ? "auto" : Math.max(520, innerHeight - place.getBoundingClientRect().top - 24),
    dayMaxEvents: true,
    nowIndicator: true,
    navLinks: true,
    editable: true,
    eventResizableFromStart: false,
    eventDurationEditable: Boolean(place.dataset.end),
    selectable: Boolean(place.dataset.new),
    selectMirror: true,
    allDaySlot: true,
    scrollTime: "08:00:00",
    slotDuration: "00:30:00",
    eventTimeFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    slotLabelFormat: { hour: "2-digit", minute: "2-digit", hour12: false },
    headerToolbar: { left: narrow ? "prev,next" : "prev,next today", center: "title", right: narrow ? "listMonth,timeGridDay" : "dayGridMonth,timeGridWeek,timeGridDay,listMonth" },
    buttonIcons: false,
    buttonHints: { prev: words.earlier, next: words.later },
    buttonText: { prev: "‹", next: "›", today: words.today, month: words.month, week: words.week, day: words.day, list: words.list },
    noEventsContent: words.none,
    async events(info, done, failed) {
      const url = new URL(place.dataset.events, location.href);
      url.searchParams.set("from", info.startStr.slice(0, 10));
      url.searchParams.set("to", info.endStr.slice(0, 10));
      const answer = await ask(url);
      answer.ok ? done((await answer.json()).events) : failed(new Error(answer.statusText));
    },
    datesSet(info) {
      const url = new URL(location.href);
      const middle = info.view.currentStart.toISOString().slice(0, 10);
      if (url.searchParams.get("date") === middle && url.searchParams.get("span") === spanOf(info.view.type)) return;
      url.searchParams.set("date", middle);
      url.searchParams.set("span", spanOf(info.view.type));
      history.replaceState(history.state, "", url);
    },
    // The hours are scrolled by keyboard through the first day's column.
    viewDidMount: (info) => info.el.querySelector(".fc-timegrid-col[role=gridcell]")?.setAttribute("tabindex", "0"),
    moreLinkDidMount: (info) => info.el.setAttribute("role", "button"),
    // A day is read with its events, not by its number alone.
    dayCellDidMount: (info) => info.el.removeAttribute("aria-labelledby"),
    eventDidMount(info) {
      const facts = info.event.extendedProps.facts;
      info.el.title = [info.event.title, facts].filter(Boolean).join("\n");
    },
    eventDrop: (info) => moved(place, info),
    eventResize: (info) => moved(place, info),
    async select(info) {
      const url = new URL(place.dataset.new, location.href);
      const whole = info.allDay && place.dataset.allDay !== "yes";
      url.searchParams.set(place.dataset.start, place.dataset.allDay === "yes" ? info.startStr.slice(0, 10) : whole ? `${info.startStr.slice(0, 10)}T09:00` : info.startStr.slice(0, 16));
      if (place.dataset.end && !whole) url.searchParams.set(place.dataset.end, info.endStr.slice(0, place.dataset.allDay === "yes" ? 10 : 16));
      calendar.unselect();
      const hold = (event) => event.preventDefault();
      document.addEventListener("newel:done", hold, { once: true });
      const made = await openPage(url.href);
      document.removeEventListener("newel:done", hold);
      if (made) calendar.refetchEvents();
    },
  });
  calendar.render();
});

async function moved(place, info) {
  const body = new URLSearchParams({ view: place.dataset.view, version: info.event.extendedProps.version });
  const cut = place.dataset.allDay === "yes" ? 10 : 19;
  body.set("start", info.event.startStr.slice(0, cut));
  if (place.dataset.end && info.event.end) body.set("end", info.event.endStr.slice(0, cut));
  try {
    const answer = await ask(`${place.dataset.move}/${info.event.id}/when?view=${encodeURIComponent(place.dataset.view)}`, { method: "POST", body });
    const said = await answer.json();
    if (!answer.ok) throw new Error(said.reason ?? said.title ?? "");
    info.event.setExtendedProp("version", said.version);
  } catch (error) {
    info.revert();
    note(error.message || say("That did not work. Try again in a moment."), { bad: true });
  }
}
