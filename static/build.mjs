/**
 * Builds widget/src into widget/dist, the same bytes on every run: `npm run build` in static/. Names carry a hash of the
 * content, so the files may be cached for a year; manifest.json tells the server which ones hold. Python never runs this.
 */

import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "widget/src");
const dist = resolve(process.argv[2] || join(here, "widget/dist"));
const LANGUAGES = ["id", "en"];
const TARGET = ["chrome90", "safari15.4", "firefox101"];

/** @param {string} content */
const hash = (content) => createHash("sha256").update(content).digest("hex").slice(0, 10);

/** @param {string} language */
const plugins = (language, css = "") => [
  {
    name: "kanal",
    /** @param {import("esbuild").PluginBuild} setup */
    setup(setup) {
      setup.onResolve({ filter: /^#lang$/ }, () => ({ path: join(source, "lang", `${language}.js`) }));
      setup.onLoad({ filter: /\.css$/ }, () => ({ contents: css, loader: "text" }));
    },
  },
];

/** @param {string} entry @param {import("esbuild").BuildOptions} [more] */
async function bundle(entry, more = {}) {
  const result = await build({
    entryPoints: [join(source, entry)],
    absWorkingDir: here,
    bundle: true,
    write: false,
    minify: true,
    charset: "utf8",
    legalComments: "none",
    target: TARGET,
    // The defect of Chrome 90 that esbuild steers clear of concerns private fields, which are not used here.
    supported: { "optional-chain": true },
    format: "esm",
    logLevel: "warning",
    ...more,
  });
  return result.outputFiles[0].text.trim();
}

/** @type {Map<string, string>} */
const files = new Map();

/** @param {string} name @param {string} suffix @param {string} content */
function keep(name, suffix, content) {
  const file = `${name}-${hash(content)}.${suffix}`;
  files.set(file, content);
  return file;
}

/** @param {string} text */
const quoted = (text) => JSON.stringify(text);

const css = await bundle("panel.css");
const styles = keep("panel", "css", css);
/** @type {Record<string, string>} */
const panel = {};
/** @type {Record<string, string>} */
const contact = {};
for (const language of LANGUAGES) {
  contact[language] = keep(`module-contact-${language}`, "js", await bundle("contact.js", { plugins: plugins(language) }));
  panel[language] = keep(
    `panel-${language}`,
    "js",
    await bundle("panel.js", {
      plugins: plugins(language, css),
      define: { __STYLESHEET__: quoted("./" + styles), __MODULE_CONTACT__: quoted("./" + contact[language]) },
      external: ["./module-*"],
    }),
  );
}
const loader = await bundle("loader.js", { format: "iife" });
if (loader.split("__KANAL_SITE__").length !== 2) throw new Error("the loader must hold __KANAL_SITE__ exactly once");
files.set("loader.js", loader);
files.set("manifest.json", JSON.stringify({ loader: "loader.js", panel, modules: { contact }, styles }, null, 2) + "\n");

mkdirSync(dist, { recursive: true });
for (const old of readdirSync(dist)) if (!files.has(old)) rmSync(join(dist, old));
for (const [file, content] of files) writeFileSync(join(dist, file), content);
