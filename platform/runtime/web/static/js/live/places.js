// What rules decide, put onto the page: places that show, that are required or locked, options that are offered, computed values.
import { written } from "newel/live/showing";

/** Shows, requires and locks a place, or a cell. One that goes keeps its room, so that nothing jumps. */
export function settle(place, { visible, required, locked }) {
  if (visible && place.hidden) {
    place.hidden = false;
    place.classList.add("is-new");
  }
  place.classList.toggle("is-away", !visible && !place.hidden);
  place.querySelector(".field-required")?.toggleAttribute("hidden", !required);
  const editors = [...place.querySelectorAll("input:not([type=hidden]), select, textarea")];
  for (const each of [editors[0], editors[0]?.combobox?.input]) if (each) demand(each, required);
  if (locked !== undefined) for (const each of editors) lock(each, locked);
}

/** Says of an editor whether it must be filled in; ticks and stars have no word for that. */
function demand(editor, required) {
  if (editor.matches("[type=checkbox], [type=radio], [type=file]")) return;
  editor.removeAttribute("required");
  if (required) editor.setAttribute("aria-required", "true");
  else editor.removeAttribute("aria-required");
}

/** Keeps an editor from being changed; what it holds stays readable, and is sent as it is. */
function lock(editor, locked) {
  if (editor.combobox) {
    editor.combobox.input.disabled = locked;
    editor.combobox.show();
  } else if (editor.matches("select, [type=checkbox], [type=radio], [type=file]")) editor.disabled = locked;
  else if (!editor.classList.contains("combo-input")) editor.readOnly = locked;
}

export const isShown = (place) => !place.hidden && !place.classList.contains("is-away");

/** A section shows as long as one of its places does. */
export function settleSections(form) {
  for (const section of form.querySelectorAll("[data-section]")) section.hidden = ![...section.querySelectorAll("[data-field]")].some(isShown);
}

const lately = new WeakMap(); // select -> what it offered

/** Offers those options that a record may have; `offered` knows by key. A choice goes when it ceases to be offered. */
export function offer(select, offered) {
  const before = lately.get(select) ?? {};
  lately.set(select, offered);
  let dropped = false;
  for (const option of select.options) {
    const { value } = option;
    if (!Object.hasOwn(offered, value)) continue;
    if (!offered[value] && before[value] && option.selected) {
      if (select.multiple) option.selected = false;
      else select.value = "";
      dropped = true;
    }
    option.hidden = !offered[value];
    option.disabled = !offered[value] && !option.selected;
  }
  const { combobox } = select;
  if (dropped && combobox) {
    combobox.chosen = combobox.chosen.filter((each) => offered[each.id] !== false);
    combobox.show();
  }
  return dropped;
}

/** Writes a computed value into its place. */
export function write(place, show, json) {
  writeText(place, written(show, json), ["number", "percent", "money", "date"].includes(show.as));
}

export function writeText(place, text, isNumber) {
  const output = place?.querySelector("output");
  if (!output || output.textContent === (text || "–")) return;
  const shown = document.createElement("span");
  shown.textContent = text || "–";
  if (!text) Object.assign(shown, { className: "blank", ariaHidden: "true" });
  else if (isNumber) shown.className = "number";
  output.replaceChildren(shown);
}
