// Formatted text: a text box becomes an editor with a bar of buttons. The box keeps the HTML, which the server makes safe.
import { every } from "newel/page";
import Squire from "squire-rte";

const SWITCHES = {
  bold: { on: (editor) => editor.hasFormat("B"), set: (editor) => editor.bold(), unset: (editor) => editor.removeBold() },
  italic: { on: (editor) => editor.hasFormat("I"), set: (editor) => editor.italic(), unset: (editor) => editor.removeItalic() },
  strike: { on: (editor) => editor.hasFormat("S"), set: (editor) => editor.strikethrough(), unset: (editor) => editor.removeStrikethrough() },
  heading: { on: (editor) => /H[1-6]/.test(editor.getPath()), set: (editor) => asBlocks(editor, "h3"), unset: (editor) => asBlocks(editor, "p") },
  list: { on: (editor) => editor.hasFormat("UL"), set: (editor) => editor.makeUnorderedList(), unset: (editor) => editor.removeList() },
  numbers: { on: (editor) => editor.hasFormat("OL"), set: (editor) => editor.makeOrderedList(), unset: (editor) => editor.removeList() },
  quote: { on: (editor) => editor.hasFormat("BLOCKQUOTE"), set: (editor) => editor.increaseQuoteLevel(), unset: (editor) => editor.decreaseQuoteLevel() },
};
const KEPT = new Set("A B BLOCKQUOTE BR CODE DEL DIV EM H1 H2 H3 H4 H5 H6 HR I LI MARK OL P PRE S SPAN STRONG SUB SUP TABLE TBODY TD TH THEAD TR U UL".split(" "));
const DROPPED = "script, style, template, iframe, object, embed, img, svg, math, video, audio, link, meta, title, head, form, input, button, select, textarea";

every("[data-rich]", (place) => {
  const box = place.querySelector("textarea");
  const bar = place.querySelector("[role=toolbar]");
  const buttons = [...bar.querySelectorAll("button")];
  const linking = place.querySelector(".rich-link");
  const address = linking.querySelector("input");
  const page = document.createElement("div");
  page.className = "form-control rich-page prose";
  const editor = new Squire(page, { blockTag: "P", sanitizeToDOMFragment: safe });
  describe(box, page);
  box.before(page);
  box.hidden = true;
  bar.hidden = false;
  editor.setKeyHandler("Tab", null); // Tab leaves the editor, in lists too
  editor.setKeyHandler("Shift-Tab", null);

  const fill = () => editor.setHTML(box.value);
  const settle = () => {
    const locked = box.readOnly || box.disabled;
    page.contentEditable = String(!locked);
    page.setAttribute("aria-readonly", String(locked));
    for (const name of ["aria-required", "aria-invalid"]) mirror(box, page, name);
    for (const each of buttons) each.disabled = locked;
  };
  const tell = () => {
    for (const each of buttons) {
      const does = each.dataset.does;
      if (SWITCHES[does]) each.setAttribute("aria-pressed", String(SWITCHES[does].on(editor)));
      else if (does === "link") each.setAttribute("aria-pressed", String(editor.hasFormat("A")));
    }
  };

  editor.addEventListener("input", () => {
    box.value = page.textContent.trim() ? editor.getHTML() : "";
    box.dispatchEvent(new Event("input", { bubbles: true }));
  });
  for (const moved of ["pathChange", "cursor", "select"]) editor.addEventListener(moved, tell);
  box.addEventListener("newel:filled", fill);
  new MutationObserver(settle).observe(box, { attributes: true });

  bar.addEventListener("mousedown", (event) => event.preventDefault()); // what is selected stays so
  bar.addEventListener("click", (event) => {
    const does = event.target.closest("button")?.dataset.does;
    if (does === "link") return ask();
    if (does === "clear") editor.removeAllFormatting();
    else if (does) SWITCHES[does][SWITCHES[does].on(editor) ? "unset" : "set"](editor);
    tell();
  });
  bar.addEventListener("keydown", (event) => step(event, buttons));
  for (const [at, each] of buttons.entries()) each.tabIndex = at ? -1 : 0;

  const ask = () => {
    linking.hidden = !linking.hidden;
    if (linking.hidden) return editor.focus();
    address.value = linkAt(editor)?.getAttribute("href") ?? "";
    address.focus();
    address.select();
  };
  const link = (url) => {
    linking.hidden = true;
    editor.focus();
    if (!url) editor.removeLink();
    else if (editor.getSelectedText().trim() || linkAt(editor)) editor.makeLink(addressOf(url));
    else editor.insertHTML(Object.assign(document.createElement("a"), { href: addressOf(url), textContent: url }).outerHTML);
    tell();
  };
  linking.addEventListener("click", (event) => {
    const does = event.target.closest("button")?.dataset.link;
    if (does) link(does === "set" ? address.value.trim() : "");
  });
  linking.addEventListener("input", (event) => event.stopPropagation()); // an address being typed is no answer of the form
  linking.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== "Escape") return;
    event.preventDefault();
    event.stopPropagation();
    if (event.key === "Enter" && event.target === address) link(address.value.trim());
    else if (event.key === "Enter") event.target.click();
    else ask();
  });

  fill();
  settle();
  if (box.autofocus) editor.focus();
});

/** The editor takes the place of its box for people: its id, its label, what describes it. */
function describe(box, page) {
  const label = document.querySelector(`label[for="${CSS.escape(box.id)}"]`);
  page.setAttribute("role", "textbox");
  page.setAttribute("aria-multiline", "true");
  for (const name of ["aria-describedby", "aria-label"]) mirror(box, page, name);
  if (label) {
    label.id ||= `${box.id}-label`;
    page.setAttribute("aria-labelledby", label.id);
    label.addEventListener("click", () => page.focus());
  }
  page.id = box.id;
  box.id = `${page.id}-value`;
}

function mirror(from, to, name) {
  const value = from.getAttribute(name) ?? (name === "aria-required" && from.required ? "true" : null);
  if (value === null) to.removeAttribute(name);
  else to.setAttribute(name, value);
}

/** Paragraphs and headings that the selection touches become another kind of block. */
function asBlocks(editor, tag) {
  editor.modifyBlocks((fragment) => {
    for (const block of fragment.querySelectorAll("p, div, h1, h2, h3, h4, h5, h6")) {
      const made = document.createElement(tag);
      made.append(...block.childNodes);
      block.replaceWith(made);
    }
    return fragment;
  });
}

/** Left and right go along the bar: Tab stops at it once. */
function step(event, buttons) {
  const way = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
  if (!way) return;
  event.preventDefault();
  const at = (buttons.indexOf(document.activeElement) + way + buttons.length) % buttons.length;
  for (const [number, each] of buttons.entries()) each.tabIndex = number === at ? 0 : -1;
  buttons[at].focus();
}

function linkAt(editor) {
  const found = editor.getSelection().commonAncestorContainer;
  return (found.nodeType === Node.TEXT_NODE ? found.parentElement : found)?.closest?.("a") ?? null;
}

const addressOf = (text) => (/^(https?:|mailto:|tel:)/i.test(text) ? text : text.includes("@") ? `mailto:${text}` : `https://${text}`);

/** HTML from elsewhere as the editor takes it: known elements, links, nothing that runs or loads. */
function safe(html) {
  const { body } = new DOMParser().parseFromString(html, "text/html");
  for (const each of body.querySelectorAll(DROPPED)) each.remove();
  for (const each of [...body.querySelectorAll("*")]) {
    if (!KEPT.has(each.tagName)) {
      each.replaceWith(...each.childNodes);
      continue;
    }
    for (const { name, value } of [...each.attributes]) if (name !== "href" || !/^(https?:|mailto:|tel:)/i.test(value)) each.removeAttribute(name);
  }
  const fragment = document.createDocumentFragment();
  fragment.append(...document.importNode(body, true).childNodes);
  return fragment;
}
