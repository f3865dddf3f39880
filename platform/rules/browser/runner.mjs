// The browser's engine on Node: reads lines of {gives, tree, facts, records}, writes a line with a value for each record.
// Its argument is the folder of static files, from which modules are taken by the names that pages give them.
import { registerHooks } from "node:module";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { pathToFileURL } from "node:url";

const STATIC = process.argv[2];
const at = (path) => pathToFileURL(resolve(STATIC, path)).href;

registerHooks({
  resolve(name, context, next) {
    if (name === "decimal.js") return { url: at("vendor/decimal.js"), format: "module", shortCircuit: true };
    if (name.startsWith("newel/")) return { url: at(`js/${name.slice(6)}.js`), format: "module", shortCircuit: true };
    return next(name, context);
  },
});

const { Rule } = await import("newel/expressions/engine");
const { asJson } = await import("newel/expressions/values");

for await (const line of createInterface({ input: process.stdin })) {
  const { facts, records, ...said } = JSON.parse(line);
  process.stdout.write(`${JSON.stringify(values(said, records, facts))}\n`);
}

function values(said, records, facts) {
  let rule;
  try {
    rule = new Rule(said);
  } catch (error) {
    return records.map(() => ({ failed: error.message }));
  }
  return records.map((record) => {
    try {
      return asJson(rule.evaluate(record, facts));
    } catch (error) {
      return { failed: error.message };
    }
  });
}
