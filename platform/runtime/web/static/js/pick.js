// Lists that can be searched (select[data-pick]), free words (input[data-pick=tags]), and lookups that ask the server (data-lookup).
import { ask, every, say } from "newel/page";
import { Combobox } from "newel/combobox";
import { openPage } from "newel/dialogs";

const MOST = 200;
const folded = (text) => text.toLowerCase().normalize("NFKC");
const optionOf = (option) => ({ id: option.value, title: option.textContent.trim() });

/** Makes the select hold exactly what is chosen. */
function writeTo(select) {
  return (chosen) => {
    const wanted = new Set(chosen.map((each) => each.id));
    const known = new Set([...select.options].map((each) => each.value));
    for (const each of chosen) if (!known.has(each.id)) select.add(new Option(each.title, each.id));
    for (const option of select.options) option.selected = wanted.has(option.value) || (!wanted.size && !select.multiple && option.value === "");
  };
}

const chosenIn = (select) => [...select.selectedOptions].filter((each) => each.value !== "").map(optionOf);

every("select[data-pick]", (select) => {
  const all = () => [...select.options].filter((each) => each.value !== "" && !each.hidden).map(optionOf);
  new Combobox(select, {
    chosen: chosenIn(select),
    many: select.multiple,
    clearable: [...select.options].some((each) => each.value === ""),
    placeholder: select.dataset.placeholder ?? "",
    source: (text) => all().filter((each) => folded(each.title).includes(folded(text))).slice(0, MOST),
    write: writeTo(select),
  });
});

every("input[data-pick=tags]", (input) => {
  const words = input.value.split(",").map((each) => each.trim()).filter(Boolean);
  new Combobox(input, {
    chosen: words.map((each) => ({ id: each, title: each })),
    many: true,
    free: true,
    source: () => [],
    write: (chosen) => (input.value = chosen.map((each) => each.id).join(",")),
  });
});

every("select[data-lookup]", (select) => {
  const place = (values) => {
    const url = new URL(select.dataset.lookup, location.href);
    if (select.dataset.of) url.searchParams.set("of", select.dataset.of);
    for (const [name, value] of Object.entries(values)) url.searchParams.set(name, value);
    for (const [name, value] of alongside(select)) url.searchParams.append(name, value);
    return url;
  };
  const fetched = async (values) => {
    const answer = await ask(place(values));
    return answer.ok ? answer.json() : [];
  };
  const control = new Combobox(select, {
    chosen: chosenIn(select),
    many: select.multiple,
    placeholder: select.dataset.placeholder ?? "",
    source: (text) => fetched({ q: text }),
    write: writeTo(select),
    create: select.dataset.new ? (typed) => createInPlace(select, typed, fetched) : null,
    createLabel: select.dataset.newLabel ?? "",
  });
  control.find = (text) => fetched({ q: text });
});

/** What the record's own form holds now of the fields that decide which records are offered; a line's are those of its row. */
function alongside(select) {
  const form = select.form?.matches("[data-record-form]") ? select.form : null;
  if (!form || !select.dataset.with) return [];
  const field = select.dataset.of.split(".")[1];
  const row = select.name.slice(0, -field.length);
  const record = row ? form.elements.namedItem(`${row}id`)?.value : form.dataset.record;
  const wanted = select.dataset.with.split(" ");
  const values = [...new FormData(form)].filter(([name, value]) => typeof value === "string" && name.startsWith(row) && wanted.includes(name.slice(row.length).split(".")[0]));
  return [["record", record ?? ""], ...values.map(([name, value]) => [`f.${name.slice(row.length)}`, value])];
}

/** Opens the quick form of a new record over the page; saved, the record is chosen. */
async function createInPlace(select, typed, fetched) {
  const place = new URL(select.dataset.new, location.href);
  place.searchParams.set("quick", "1");
  if (typed) place.searchParams.set("title", typed);
  const url = await openPage(place.href, { stay: true });
  if (!url) return null;
  const id = new URL(url, location.href).pathname.split("/").at(-1);
  const [found] = await fetched({ id });
  return found ?? null;
}
