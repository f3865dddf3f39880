// Draws the operations of an OpenAPI document, and sends those that the reader tries, with their own session.

const METHODS = ["get", "post", "put", "patch", "delete"];
const place = document.getElementById("api-operations");
const words = place.dataset;

start();

async function start() {
  const answer = await fetch(words.source, { headers: { Accept: "application/json" } });
  if (!answer.ok) {
    place.replaceChildren(element("p", { class: "bad" }, words.failed));
    return;
  }
  const document_ = await answer.json();
  place.replaceChildren(...groups(document_));
  document.getElementById("api-find").addEventListener("input", (event) => narrow(event.target.value.trim().toLowerCase()));
}

function groups(document_) {
  const byTag = new Map();
  for (const [path, item] of Object.entries(document_.paths)) {
    for (const method of METHODS.filter((each) => item[each])) {
      const operation = item[method];
      const tag = operation.tags[0];
      if (!byTag.has(tag)) byTag.set(tag, []);
      const parameters = [...(item.parameters || []), ...(operation.parameters || [])];
      byTag.get(tag).push({ path, method, operation, parameters });
    }
  }
  const described = new Map((document_.tags || []).map((tag) => [tag.name, tag.description]));
  return [...byTag].map(([tag, operations]) =>
    element("details", { class: "api-group", "data-group": "" }, [
      element("summary", {}, [tag, element("span", { class: "muted" }, described.get(tag) || "")]),
      ...operations.map((each) => lazily(each, document_)),
    ]),
  );
}

// An operation is drawn when it is first opened: a large installation has thousands.
function lazily(entry, document_) {
  const { method, path, operation } = entry;
  const box = element("details", { class: "api-operation", "data-text": `${method} ${path} ${operation.operationId}`.toLowerCase() }, [
    element("summary", {}, [
      element("span", { class: "api-method" }, method.toUpperCase()),
      element("span", { class: "api-path" }, path),
      element("span", { class: "muted" }, operation.summary || ""),
    ]),
  ]);
  box.addEventListener("toggle", () => box.open && box.children.length === 1 && box.append(inside(entry, document_)));
  return box;
}

function inside(entry, document_) {
  const { operation, method } = entry;
  const shown = entry.parameters.filter((each) => each.name !== "X-CSRF-Token");
  const form = element("form", { class: "api-inside" });
  if (operation.description) form.append(element("p", {}, operation.description));
  if (shown.length) form.append(element("h3", {}, words.parameters), element("div", { class: "api-inputs" }, shown.map(input)));
  const body = bodySchema(operation, document_);
  if (body) form.append(...bodyEditor(body, document_));
  form.append(element("h3", {}, words.answers), statuses(operation, document_));
  if (method !== "get") form.append(element("p", { class: "muted" }, words.warning));
  form.append(element("div", { class: "btn-row" }, [element("button", { class: "btn btn-primary" }, words.try)]));
  const result = element("pre", { class: "api-result", hidden: "", tabindex: "0", "aria-label": words.answer });
  form.append(result);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    send(entry, form, result, document_.servers[0].url);
  });
  return form;
}

function input(parameter) {
  const id = `p-${Math.random().toString(36).slice(2)}`;
  const choices = parameter.schema.enum;
  const control = choices
    ? element("select", { class: "form-select", id }, ["", ...choices].map((each) => element("option", { value: each }, each)))
    : element("input", { class: "form-control", id, autocomplete: "off" });
  control.dataset.in = parameter.in;
  control.dataset.name = parameter.name;
  control.required = Boolean(parameter.required);
  control.title = parameter.description || "";
  return element("div", { class: "field" }, [
    element("label", { for: id, class: "field-label" }, parameter.name + (parameter.required ? " *" : "")),
    control,
  ]);
}

function bodySchema(operation, document_) {
  const content = operation.requestBody?.content?.["application/json"];
  return content && resolve(content.schema, document_);
}

function bodyEditor(schema, document_) {
  const rows = Object.entries(schema.properties || {}).map(([name, each]) =>
    element("tr", {}, [
      element("td", {}, [element("code", {}, name), (schema.required || []).includes(name) ? " *" : ""]),
      element("td", {}, typeOf(each, document_)),
      element("td", {}, [each.title, each.description].filter(Boolean).join(": ")),
    ]),
  );
  const example = Object.fromEntries((schema.required || []).map((name) => [name, exampleOf(schema.properties[name], document_)]));
  const area = element("textarea", { class: "form-control", "data-body": "", spellcheck: "false", "aria-label": words.body });
  area.value = JSON.stringify(example, null, 2);
  const fields = element("details", {}, [element("summary", {}, words.fields), element("table", { class: "api-fields" }, element("tbody", {}, rows))]);
  return [element("h3", {}, words.body), fields, area];
}

function statuses(operation, document_) {
  const list = element("dl", { class: "api-statuses" });
  for (const [status, answer] of Object.entries(operation.responses)) {
    list.append(element("dt", {}, status), element("dd", {}, resolve(answer, document_).description || ""));
  }
  return list;
}

async function send(entry, form, result, server) {
  let path = entry.path;
  const query = new URLSearchParams();
  const headers = { Accept: "application/json" };
  for (const control of form.querySelectorAll("[data-in]")) {
    if (control.value === "") continue;
    if (control.dataset.in === "path") path = path.replace(`{${control.dataset.name}}`, encodeURIComponent(control.value));
    else if (control.dataset.in === "query") query.set(control.dataset.name, control.value);
    else headers[control.dataset.name] = control.value;
  }
  const area = form.querySelector("[data-body]");
  if (area) headers["Content-Type"] = "application/json";
  if (entry.method !== "get") headers["X-CSRF-Token"] = document.querySelector("meta[name=csrf-token]").content;
  const address = server + path + (query.size ? `?${query}` : "");
  const answer = await fetch(address, { method: entry.method.toUpperCase(), headers, body: area ? area.value : undefined });
  result.hidden = false;
  result.textContent = `${entry.method.toUpperCase()} ${address}\n\n${await told(answer)}`;
}

async function told(answer) {
  const shown = ["content-type", "etag", "location"].filter((name) => answer.headers.get(name));
  const head = [`${answer.status} ${answer.statusText}`, ...shown.map((name) => `${name}: ${answer.headers.get(name)}`)].join("\n");
  const text = await answer.text();
  try {
    return `${head}\n\n${JSON.stringify(JSON.parse(text), null, 2)}`;
  } catch {
    return `${head}\n\n${text}`;
  }
}

function narrow(text) {
  for (const group of place.querySelectorAll("[data-group]")) {
    let found = 0;
    for (const each of group.querySelectorAll("[data-text]")) {
      each.hidden = text !== "" && !each.dataset.text.includes(text);
      found += each.hidden ? 0 : 1;
    }
    group.hidden = found === 0;
    if (text) group.open = found > 0;
  }
}

function resolve(schema, document_) {
  const steps = schema.$ref?.slice(2).split("/");
  return steps ? steps.reduce((at, step) => at[step], document_) : schema;
}

function typeOf(schema, document_) {
  const found = resolve(schema, document_);
  if (found.enum) return found.enum.slice(0, 8).join(" | ");
  if (found.anyOf) return [...new Set(found.anyOf.map((each) => typeOf(each, document_)).filter(Boolean))].join(" / ");
  const type = [].concat(found.type || []).filter((each) => each !== "null").join(" / ");
  return found.format ? `${type} (${found.format})` : type;
}

function exampleOf(schema, document_) {
  const found = resolve(schema, document_);
  if (found.examples) return found.examples[0];
  if (found.enum) return found.enum[0];
  if (found.anyOf) return exampleOf(found.anyOf[0], document_);
  return { array: [], object: {}, integer: 0, number: 0, boolean: false }[[].concat(found.type)[0]] ?? "";
}

function element(name, attributes = {}, children = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...[].concat(children));
  return made;
}
