// Where the caret stands in a rule, and what may be written there. Nothing here touches the page.

const NAME = /[\p{L}_][\p{L}\p{N}_.]*$/u;
const COMPARED = /([A-Za-z_][\w.]*)\s*(?:==|!=)\s*$/;
const LISTED = /([A-Za-z_][\w.]*)\s+(?:not\s+)?in\s*$/;
const FIRST = /^\s*([A-Za-z_][\w.]*)/;
const OPTION = /\boption\(\s*([A-Za-z_][\w.]*)\s*\)\.(\w*)$/;

/** What is open around the caret: brackets from the outermost in, and the quote that is not closed. */
function around(text, caret) {
  const open = [];
  let quote = null;
  for (let at = 0; at < caret; at++) {
    const sign = text[at];
    if (quote) {
      if (sign === "\\") at++;
      else if (sign === quote.sign) quote = null;
    } else if (sign === "'" || sign === '"') quote = { sign, at };
    else if (sign === "(" || sign === "[") open.push({ sign, at, name: sign === "(" ? (text.slice(0, at).match(/(\w+)\s*$/)?.[1] ?? "") : "" });
    else if (sign === ")" || sign === "]") open.pop();
  }
  return { open, quote };
}

/** The calls around the caret, the innermost last: {name, first: its first value, within: whether the caret stands in that}. */
function calls(text, caret, open) {
  return open
    .filter((each) => each.name)
    .map((each) => {
      const inside = text.slice(each.at + 1, caret);
      return { name: each.name, first: inside.match(FIRST)?.[1] ?? "", within: !inside.includes(",") };
    });
}

/** What is being written: {kind: "option"|"property"|"name", path, typed, from, calls}. */
export function wanted(text, caret) {
  const { open, quote } = around(text, caret);
  const found = calls(text, caret, open);
  if (quote) {
    const inner = open.at(-1);
    const before = text.slice(0, inner?.sign === "[" ? inner.at : quote.at);
    const path = before.match(inner?.sign === "[" ? LISTED : COMPARED)?.[1] ?? (inner?.sign === "(" && !found.at(-1)?.within ? found.at(-1)?.first : null);
    return { kind: "option", path: path ? path.split(".") : [], typed: text.slice(quote.at + 1, caret), from: quote.at + 1, calls: found };
  }
  const before = text.slice(0, caret);
  const property = before.match(OPTION);
  if (property) return { kind: "property", path: property[1].split("."), typed: property[2], from: caret - property[2].length, calls: found };
  const typed = before.match(NAME)?.[0] ?? "";
  const path = typed.split(".");
  const last = path.pop();
  return { kind: "name", path, typed: last, from: caret - last.length, calls: found };
}

/** Knows the fields of objects; those that it does not know yet it asks `fetched(object)` for. */
export class Names {
  constructor(place, fetched) {
    Object.assign(this, { place, fetched, objects: { ...place.objects } });
    this.functions = new Map(place.functions.map((each) => [each.name, each]));
  }

  async of(object) {
    if (!(object in this.objects)) this.objects[object] = await this.fetched(object);
    return this.objects[object];
  }

  /** The object whose names stand bare here: the rule's own, or that of the collection that is gathered from. */
  async scope(found) {
    const gathering = found.findLast((each) => this.functions.get(each.name)?.gathers);
    const own = await this.of(this.place.object);
    const many = gathering && !gathering.within ? own.many.find((each) => each.name === gathering.first.split(".")[0]) : null;
    return many ? many.to : this.place.object;
  }

  /** The fields at the end of a path, or null where it leads nowhere. */
  async beyond(path, object) {
    const [head] = path;
    const known = await this.of(object);
    const given = known.fields.some((each) => each.name === head) ? null : this.place.given[head];
    if (given) return path.length === 1 ? { fields: given.fields, many: [] } : null;
    let target = object;
    for (const [at, name] of path.entries()) {
      const here = await this.of(target);
      const next = here.fields.find((each) => each.name === name) ?? (at ? null : here.many.find((each) => each.name === name));
      if (!next?.to) return null;
      target = next.to;
    }
    return this.of(target);
  }

  async field(path, object) {
    const holder = path.length > 1 ? await this.beyond(path.slice(0, -1), object) : await this.of(object);
    return holder?.fields.find((each) => each.name === path.at(-1)) ?? null;
  }

  /** What may stand where the caret is: [{name, label, type, insert}], those that begin with what is typed first. */
  async offers(place) {
    const object = await this.scope(place.calls);
    const all = await this.all(place, object);
    const typed = place.typed.toLowerCase();
    const rank = (each) => (each.name.toLowerCase().startsWith(typed) ? 0 : (each.label ?? "").toLowerCase().startsWith(typed) ? 1 : `${each.name} ${each.label ?? ""}`.toLowerCase().includes(typed) ? 2 : 3);
    return all.map((each) => [rank(each), each]).filter(([found]) => found < 3).sort((left, right) => left[0] - right[0]).map(([, each]) => each);
  }

  async all(place, object) {
    if (place.kind === "option") return (place.path.length && (await this.field(place.path, object))?.options) || [];
    if (place.kind === "property") return ((await this.field(place.path, object))?.properties ?? []).map((name) => ({ name }));
    if (place.path.length) return (await this.beyond(place.path, object))?.fields ?? [];
    const { fields, many } = await this.of(object);
    const gathers = object === this.place.object && this.place.functions.some((each) => each.gathers);
    return [
      ...fields,
      ...(gathers ? many.map((each) => ({ ...each, type: "…" })) : []),
      ...Object.entries(this.place.given).map(([name, each]) => ({ name, label: each.label, type: "." })),
      ...this.place.functions.map((each) => ({ name: each.name, about: each.help, insert: `${each.name}()`, step: each.plain ? 0 : -1, type: "()" })),
      ...this.place.keywords,
    ];
  }
}
