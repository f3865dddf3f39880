// A grid of lines: Tab and Enter move, a row is added at the end, rows copied from Excel are pasted, amounts are summed.
import { announce, every, say } from "newel/page";

const text = (cell) => cell.querySelector("input:not([type=hidden]):not(.combo-input), select, textarea");
const focusable = (cell) => cell?.querySelector(".combo-input, input:not([type=hidden]), select:not([hidden]), textarea");

every("[data-lines]", (grid) => {
  const name = grid.dataset.lines;
  const body = grid.querySelector("tbody");
  const blank = grid.querySelector("template[data-blank-line]");
  let next = Math.max(-1, ...[...body.children].map((row) => Number(row.dataset.line))) + 1;

  const add = () => {
    const number = next++;
    const row = blank.content.firstElementChild.cloneNode(true);
    for (const element of [row, ...row.querySelectorAll("*")])
      for (const { name: key, value } of [...element.attributes]) {
        if (value.includes(`${name}._`)) element.setAttribute(key, value.replaceAll(`${name}._`, `${name}.${number}`));
      }
    row.dataset.line = number;
    body.append(row);
    announce(row);
    count();
    return row;
  };

  const count = () => [...body.children].forEach((row, at) => (row.querySelector("th").textContent = at + 1));
  const isBlank = (row) => !row.hasAttribute("data-stored") && [...row.querySelectorAll("td[data-column]")].every((cell) => !text(cell) || !read(cell));
  const spare = () => {
    if (!body.children.length || !isBlank(body.lastElementChild)) add();
  };

  grid.closest("form").addEventListener("newel:lines", (event) => {
    const numbers = new Set([...event.detail.keys()].filter((each) => each.startsWith(`${name}.`)).map((each) => Number(each.split(".")[1])));
    for (const number of [...numbers].sort((a, b) => a - b)) {
      if (body.querySelector(`[data-line="${number}"]`)) continue;
      next = Math.max(next, number);
      const row = add();
      const id = event.detail.get(`${name}.${number}.id`)?.[0];
      if (id) row.lastElementChild.append(Object.assign(document.createElement("input"), { type: "hidden", name: `${name}.${number}.id`, value: id }));
    }
    if (numbers.size) for (const row of [...body.children]) if (!numbers.has(Number(row.dataset.line))) row.remove();
    count();
  });

  grid.closest("form").addEventListener("newel:defaults", (event) => {
    const filled = [...body.children].filter((row) => !isBlank(row));
    (event.detail?.[name] ?? []).forEach((defaults, at) => {
      const row = filled[at];
      for (const cell of row?.querySelectorAll("td[data-column]") ?? []) {
        const input = cell.querySelector("input.number, input.form-control:not(.combo-input)");
        if (input) input.placeholder = defaults[cell.dataset.column] ?? "";
      }
    });
    sum();
  });

  const sum = () => {
    for (const foot of grid.querySelectorAll("[data-total]")) {
      const cells = [...body.querySelectorAll(`td[data-column="${CSS.escape(foot.dataset.total)}"]`)];
      const numbers = cells.map((cell) => number(read(cell) || cell.querySelector("input:not([type=hidden])")?.placeholder)).filter((each) => each !== null);
      const unit = cells[0]?.querySelector(".input-unit")?.textContent?.trim();
      const symbol = cells.map((cell) => /^-?([^\d.,-]+)\d/.exec(cell.querySelector("output")?.textContent ?? "")?.[1]).find(Boolean) ?? "";
      const total = numbers.reduce((all, each) => all + each, 0);
      const digits = unit || symbol ? 2 : 0;
      const figures = Math.abs(total).toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: Math.max(digits, 2) });
      foot.textContent = numbers.length ? `${total < 0 ? "-" : ""}${symbol}${figures}${unit ? ` ${unit}` : ""}` : "";
    }
  };

  grid.addEventListener("input", (event) => {
    if (event.target.closest("tbody")) {
      spare();
      sum();
    }
  });
  grid.addEventListener("change", () => {
    spare();
    sum();
  });

  grid.addEventListener("click", (event) => {
    if (event.target.closest("[data-add-line]")) focusable(add().querySelector("td[data-column]"))?.focus();
    const off = event.target.closest("[data-remove-line]");
    if (!off) return;
    const row = off.closest("tr");
    const near = row.nextElementSibling ?? row.previousElementSibling;
    row.remove();
    spare();
    count();
    sum();
    (near?.isConnected ? focusable(near.querySelector("td[data-column]")) : grid.querySelector("[data-add-line]"))?.focus();
    grid.closest("form").dispatchEvent(new Event("input", { bubbles: true }));
  });

  grid.addEventListener("keydown", (event) => {
    const cell = event.target.closest("td[data-column]");
    if (!cell || event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = event.key === "Enter" && !event.target.matches("textarea, button") ? (event.shiftKey ? -1 : 1) : event.target.matches("input:not(.combo-input)") ? { ArrowDown: 1, ArrowUp: -1 }[event.key] : 0;
    if (!step || event.defaultPrevented) return;
    event.preventDefault();
    const row = cell.parentElement;
    const there = step > 0 ? (row.nextElementSibling ?? (event.key === "Enter" ? add() : null)) : row.previousElementSibling;
    const target = focusable(there?.querySelector(`td[data-column="${CSS.escape(cell.dataset.column)}"]`));
    target?.focus();
    target?.select?.();
  });

  grid.addEventListener("paste", (event) => {
    const cell = event.target.closest("td[data-column]");
    const copied = event.clipboardData?.getData("text/plain") ?? "";
    if (!cell || !/[\t\n]/.test(copied.trim())) return;
    event.preventDefault();
    paste(cell, copied.replace(/\r/g, "").replace(/\n$/, "").split("\n").map((line) => line.split("\t")));
  });

  const paste = async (cell, rows) => {
    let row = cell.parentElement;
    const columns = [...row.querySelectorAll("td[data-column]")].map((each) => each.dataset.column);
    const first = columns.indexOf(cell.dataset.column);
    let lost = 0;
    for (const values of rows.slice(0, 1000)) {
      row ??= add();
      const cells = [...row.querySelectorAll("td[data-column]")];
      for (const [at, value] of values.entries()) if (cells[first + at] && !(await write(cells[first + at], value.trim()))) lost++;
      row = row.nextElementSibling;
    }
    spare();
    count();
    sum();
    grid.dispatchEvent(new Event("change", { bubbles: true }));
    const { note } = await import("newel/page");
    note(lost ? say("{n} cells could not be understood; they are marked.", { n: lost }) : say("{n} rows pasted.", { n: rows.length }), { bad: Boolean(lost) });
  };

  spare();
  count();
  sum();
});

/** What a cell holds, as text; "" for nothing. */
function read(cell) {
  const tick = cell.querySelector("input[type=checkbox]");
  if (tick) return tick.checked ? "true" : "";
  const editor = text(cell) ?? cell.querySelector("output");
  return editor?.value?.trim() ?? "";
}

/** Puts a pasted text into a cell; false where it means nothing there. */
async function write(cell, value) {
  cell.classList.remove("has-problem");
  const tick = cell.querySelector("input[type=checkbox]");
  if (tick) {
    tick.checked = ["true", "1", "yes", "y", "x", "是", "√"].includes(value.toLowerCase());
    return true;
  }
  const editor = text(cell);
  if (!editor) return !value;
  if (editor instanceof HTMLSelectElement) return choose(cell, editor, value);
  editor.value = value.replace(/^[¥$€£]\s*/, "");
  return true;
}

async function choose(cell, select, value) {
  const control = select.combobox;
  const same = (each) => each.title.trim().toLowerCase() === value.toLowerCase();
  if (!value) {
    if (control) control.choose(null);
    else select.value = "";
    return true;
  }
  const options = control?.find ? await control.find(value) : [...select.options].map((each) => ({ id: each.value, title: each.textContent }));
  const found = options.find(same) ?? options.find((each) => each.id === value) ?? (control?.find && options.length === 1 ? options[0] : null);
  if (!found) {
    cell.classList.add("has-problem");
    return false;
  }
  if (control) control.choose(found);
  else select.value = found.id;
  return true;
}

function number(written) {
  const plain = (written ?? "").replace(/[^\d.,-]/g, "").replace(/,/g, "");
  const found = plain ? Number(plain) : NaN;
  return Number.isFinite(found) ? found : null;
}
