// Reads a JSON list of diagrams, prints a JSON list: null, or why one is no diagram. Parses as the site does, without a browser.
"use strict";
const fs = require("fs");
const vm = require("vm");

const context = { console, setTimeout, clearTimeout, URL, TextEncoder, TextDecoder, structuredClone, queueMicrotask };
context.window = context.self = context.globalThis = context;
context.addEventListener = () => {};
context.document = { addEventListener() {}, createElement: () => ({}), implementation: {} };
vm.createContext(context);
// The sanitiser needs a browser; a parser needs no sanitiser.
vm.runInContext("Function.prototype.addHook = () => {}; Function.prototype.sanitize = (text) => text", context);
vm.runInContext(fs.readFileSync(process.argv[2], "utf8"), context);

async function main() {
  const answers = [];
  for (const diagram of JSON.parse(fs.readFileSync(0, "utf8"))) {
    try {
      await context.mermaid.parse(diagram);
      answers.push(null);
    } catch (error) {
      answers.push(String(error.message));
    }
  }
  fs.writeSync(1, JSON.stringify(answers));
}
main();
