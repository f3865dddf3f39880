// Lists that can be searched (data-pick) and lookups that ask the server while one types (data-lookup), by Tom Select.
import { ask, every, say } from "newel/page";
import { openPage } from "newel/dialogs";

const shared = () => ({
  maxOptions: 500,
  plugins: [],
  render: {
    no_results: () => line("no-results", say("Nothing found.")),
    loading: () => line("no-results", say("Loading…")),
    option_create: (data) => line("create", data.input),
  },
});

function line(kind, text) {
  const element = document.createElement("div");
  element.className = kind;
  element.textContent = text;
  return element;
}

function labelled(select, control) {
  const label = document.querySelector(`label[for="${CSS.escape(select.id)}"]`);
  if (select.getAttribute("aria-label") || label) control.control_input.setAttribute("aria-label", select.getAttribute("aria-label") || label.textContent.trim());
  if (select.getAttribute("aria-describedby")) control.control_input.setAttribute("aria-describedby", select.getAttribute("aria-describedby"));
  if (select.getAttribute("aria-invalid")) control.control_input.setAttribute("aria-invalid", "true");
}

every("select[data-pick]", (select) => {
  const control = new window.TomSelect(select, { ...shared(), plugins: select.multiple ? ["remove_button"] : [], allowEmptyOption: false });
  labelled(select, control);
});

every("input[data-pick=tags]", (input) => {
  const control = new window.TomSelect(input, { ...shared(), plugins: ["remove_button"], create: true, delimiter: ",", persist: false });
  labelled(input, control);
});

every("select[data-lookup]", (select) => {
  const url = new URL(select.dataset.lookup, location.href);
  if (select.dataset.of) url.searchParams.set("of", select.dataset.of);
  const control = new window.TomSelect(select, {
    ...shared(),
    plugins: select.multiple ? ["remove_button"] : ["clear_button"],
    valueField: "id",
    labelField: "title",
    searchField: [],
    placeholder: select.dataset.placeholder,
    preload: "focus",
    loadThrottle: 150,
    score: () => () => 1,
    async load(text, done) {
      url.searchParams.set("q", text);
      try {
        const answer = await ask(url);
        const found = answer.ok ? await answer.json() : [];
        this.clearOptions((option) => this.items.includes(option.id));
        done(select.dataset.new ? [...found, { id: "+", title: select.dataset.newLabel, facts: [] }] : found);
      } catch {
        done([]);
      }
    },
    shouldLoad: () => true,
    onItemAdd(id) {
      if (id !== "+") return;
      const typed = this.lastQuery || "";
      this.removeItem("+", true);
      createInPlace(this, select, typed);
    },
    render: { ...shared().render, option: offered },
  });
  labelled(select, control);
});

function offered(option) {
  const box = line("option", option.title);
  if (option.facts?.length) {
    const facts = line("option-facts", option.facts.join(" · "));
    box.append(facts);
  }
  return box;
}

/** Opens the quick form of a new record over the page; saved, the record is chosen. */
async function createInPlace(control, select, typed) {
  const place = new URL(select.dataset.new, location.href);
  place.searchParams.set("quick", "1");
  if (typed) place.searchParams.set("title", typed);
  const hold = (event) => {
    event.preventDefault();
    event.stopPropagation();
  };
  document.addEventListener("newel:done", hold, { once: true });
  const url = await openPage(place.href);
  document.removeEventListener("newel:done", hold);
  if (!url) return;
  const id = new URL(url, location.href).pathname.split("/").at(-1);
  const answer = await ask(`${select.dataset.lookup}${select.dataset.lookup.includes("?") ? "&" : "?"}id=${id}`);
  const [found] = answer.ok ? await answer.json() : [];
  if (found) {
    control.addOption(found);
    control.setValue(select.multiple ? [...control.items, found.id] : found.id);
  }
}
