// Rebuilds the bundles beside this file from package-lock.json: `make vendor`.
// With --check nothing is written: it ends with an error when a file would differ.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, "../..");
const packages = join(root, "node_modules");
const isCheck = process.argv.includes("--check");

// Brink speaks WebSocket only, so the other transports stay out of the bundle.
const webSocketOnly = {
  name: "web-socket-only",
  setup(building) {
    building.onLoad({ filter: /engine\.io-client\/build\/esm\/transports\/index\.js$/ }, () => ({
      contents: 'import { WS } from "./websocket.js"; export const transports = { websocket: WS };',
    }));
  },
};

const libraries = [
  {
    name: "socket.io-client",
    entry: 'export { io } from "socket.io-client";',
    file: "socket.io-client.js",
    plugins: [webSocketOnly],
    licences: ["socket.io-client", "socket.io-parser", "engine.io-client", "engine.io-parser", "@socket.io/component-emitter"],
  },
  {
    name: "@github/markdown-toolbar-element",
    entry: 'import "@github/markdown-toolbar-element";',
    file: "markdown-toolbar-element.js",
    plugins: [],
    licences: ["@github/markdown-toolbar-element"],
  },
];

const versionOf = (name) => JSON.parse(readFileSync(join(packages, name, "package.json"), "utf8")).version;
const licenceOf = (name) => `${name} ${versionOf(name)}\n\n${readFileSync(join(packages, name, "LICENSE"), "utf8").trim()}\n`;

async function bundle({ entry, plugins }) {
  const built = await build({
    stdin: { contents: entry, resolveDir: root },
    plugins,
    absWorkingDir: root,
    bundle: true,
    minify: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    write: false,
  });
  return built.outputFiles[0].text;
}

function put(path, text) {
  if (!isCheck) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${path} differs from what package-lock.json gives: run make vendor.`);
    process.exitCode = 1;
  }
}

for (const library of libraries) {
  const folder = join(here, `${library.name.split("/").pop()}-${versionOf(library.name)}`);
  put(join(folder, library.file), await bundle(library));
  put(join(folder, "LICENSE.txt"), library.licences.map(licenceOf).join(`\n${"-".repeat(72)}\n\n`));
}
