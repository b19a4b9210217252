#!/usr/bin/env node
// The command line of solc over the npm package `solc`, as far as Ape, Slither, Forge and halmos call it.
// A native solc of the very same version is used instead where one is on PATH (see tools/solcx).
"use strict";
const fs = require("fs");
const path = require("path");

const FLAGS_WITH_VALUE = new Set([
  "--combined-json", "--base-path", "--include-path", "--allow-paths", "--optimize-runs", "--evm-version",
  "--output-dir", "-o", "--metadata-hash",
]);
const FLAGS = new Set(["--version", "--help", "--standard-json", "--stay", "--optimize", "--via-ir", "--overwrite", "--no-cbor-metadata"]);

function fail(message) {
  fs.writeSync(2, `solc shim: ${message}\n`);
  process.exit(1);
}

function parse(argv) {
  const found = { options: {}, roots: [], remappings: [], sources: [] };
  for (let i = 0; i < argv.length; i++) {
    const word = argv[i];
    const cut = word.startsWith("--") ? word.indexOf("=") : -1;
    const name = cut < 0 ? word : word.slice(0, cut);
    if (FLAGS_WITH_VALUE.has(name)) {
      const value = cut < 0 ? argv[++i] : word.slice(cut + 1);
      if (name === "--base-path" || name === "--include-path") found.roots.push(value);
      else found.options[name] = value;
    } else if (FLAGS.has(name)) found.options[name] = true;
    else if (name.startsWith("--")) fail(`option ${name} is not supported`);
    else if (word.includes("=")) found.remappings.push(word);
    else found.sources.push(word);
  }
  if (found.roots.length === 0) found.roots.push(process.cwd());
  return found;
}

// process.exit would cut a long write to a pipe, so write until all is out.
function write(text) {
  const bytes = Buffer.from(text);
  let offset = 0;
  while (offset < bytes.length) {
    try {
      offset += fs.writeSync(1, bytes, offset);
    } catch (error) {
      if (error.code !== "EAGAIN") throw error;
    }
  }
}

const args = parse(process.argv.slice(2));
if (args.options["--help"]) {
  write("solc over the npm package solc: --version, --standard-json [file], --stay, --combined-json fields sources...\n");
  process.exit(0);
}
const solc = require(process.env.SOLC_JS || "solc");
// Ape, Forge and crytic-compile expect X.Y.Z+commit.<hash> and a platform.
const version = `${solc.version().replace(/\.Emscripten\.clang.*$/, "")}.Linux.g++`;
if (args.options["--version"]) {
  write(`solc, the solidity compiler commandline interface\nVersion: ${version}\n`);
  process.exit(0);
}

function readSource(name) {
  const file = name.replace(/^file:\/\//, "");
  for (const root of ["", ...args.roots]) {
    try {
      return { contents: fs.readFileSync(root && !path.isAbsolute(file) ? path.join(root, file) : file, "utf8") };
    } catch {
      // not under this root: try the next one
    }
  }
  return { error: `File not found: ${name}` };
}

if (args.options["--stay"]) {
  // A request a line until there are no more: the compiler is loaded once, and the engine has its hot code by then.
  const lines = require("readline").createInterface({ input: process.stdin });
  lines.on("line", (line) => write(solc.compile(line, { import: readSource }).trim().replaceAll("\n", " ") + "\n"));
  return;
}
if (args.options["--standard-json"]) {
  const input = fs.readFileSync(args.sources.length && args.sources[0] !== "-" ? args.sources[0] : 0, "utf8");
  write(solc.compile(input, { import: readSource }) + "\n");
  process.exit(0);
}
if (!args.options["--combined-json"]) fail("use --standard-json or --combined-json");

const evmVersion = args.options["--evm-version"];
const result = JSON.parse(
  solc.compile(
    JSON.stringify({
      language: "Solidity",
      sources: Object.fromEntries(args.sources.map((name) => [name, { urls: [name] }])),
      settings: {
        remappings: args.remappings,
        optimizer: {
          enabled: Boolean(args.options["--optimize"] || args.options["--optimize-runs"]),
          runs: Number(args.options["--optimize-runs"] || 200),
        },
        viaIR: Boolean(args.options["--via-ir"]),
        ...(evmVersion ? { evmVersion } : {}),
        outputSelection: { "*": { "*": ["*"], "": ["ast"] } },
      },
    }),
    { import: readSource },
  ),
);
for (const error of result.errors || []) fs.writeSync(2, error.formattedMessage + "\n");
if ((result.errors || []).some((error) => error.severity === "error")) process.exit(1);

const FIELDS = {
  abi: (c) => c.abi,
  bin: (c) => c.evm.bytecode.object,
  "bin-runtime": (c) => c.evm.deployedBytecode.object,
  srcmap: (c) => c.evm.bytecode.sourceMap,
  "srcmap-runtime": (c) => c.evm.deployedBytecode.sourceMap,
  userdoc: (c) => c.userdoc,
  devdoc: (c) => c.devdoc,
  hashes: (c) => c.evm.methodIdentifiers,
  metadata: (c) => c.metadata,
  "storage-layout": (c) => c.storageLayout,
};
const wanted = args.options["--combined-json"].split(",").filter((field) => FIELDS[field]);
const contracts = {};
for (const [file, members] of Object.entries(result.contracts || {}))
  for (const [name, contract] of Object.entries(members))
    contracts[`${file}:${name}`] = Object.fromEntries(wanted.map((field) => [field, FIELDS[field](contract)]));
const sources = Object.entries(result.sources).sort((a, b) => a[1].id - b[1].id);
write(
  JSON.stringify({
    contracts,
    version,
    sourceList: sources.map(([name]) => name),
    sources: Object.fromEntries(sources.map(([name, source]) => [name, { AST: source.ast, id: source.id }])),
  }) + "\n",
);
