// Compiles one standard-json input with one of the pinned compilers: node compile.mjs <solc package> <output> < input
// Imports are read from this folder, so the remappings of the input decide which version of a library is meant.
import fs from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";

const here = path.dirname(fileURLToPath(import.meta.url));
const [, , compiler, target] = process.argv;
const solc = createRequire(import.meta.url)(compiler);

function read(name) {
  try {
    return { contents: fs.readFileSync(path.join(here, name), "utf8") };
  } catch {
    return { error: `File not found: ${name}` };
  }
}

const output = JSON.parse(solc.compile(fs.readFileSync(0, "utf8"), { import: read }));
fs.writeFileSync(target, JSON.stringify({ compiler: solc.version(), ...output }));
