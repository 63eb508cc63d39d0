/**
 * Builds widget/src into widget/dist, the same bytes on every run: `npm run build` in static/. Names carry a hash of the
 * content, so the files may be cached for a year; manifest.json tells the server which ones hold. Python never runs this.
 * The server answers an older hash with the file of today (widget/embed/built.py): what loader, panel and modules want of
 * each other only grows.
 */

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const source = join(here, "widget/src");
const dist = resolve(process.argv[2] || join(here, "widget/dist"));
const LANGUAGES = ["id", "en"];
/** What is fetched only when it is needed: its name, which is its stylesheet's if it has one, and its entry file. @type {Record<string, string>} */
const MODULES = { choices: "choices_view", contact: "contact", detail: "detail", events: "events", identity: "identity", history: "history_view", markdown: "markdown_view", typing: "typing" };

/** @type {Map<string, string>} */
const files = new Map();

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
    target: ["chrome90", "safari15.4", "firefox101"],
    // The defect of Chrome 90 that esbuild steers clear of concerns private fields, which are not used here.
    supported: { "optional-chain": true },
    format: "esm",
    logLevel: "warning",
    // Else the type checker's settings would change the output.
    tsconfigRaw: {},
    ...more,
  });
  return result.outputFiles[0].text.trim();
}

/**
 * The code of one file with its language and styles inside.
 * @param {string} entry
 * @param {string} css
 * @param {string} language
 * @param {Record<string, string>} [define]
 */
function bundleWith(entry, css, language, define) {
  /** @type {import("esbuild").Plugin} */
  const inlining = {
    name: "inlining",
    setup(setup) {
      setup.onResolve({ filter: /^#lang$/ }, () => ({ path: join(source, "lang", `${language}.js`) }));
      setup.onLoad({ filter: /\.css$/ }, () => ({ contents: css, loader: "text" }));
    },
  };
  return bundle(`${entry}.js`, { plugins: [inlining], define, external: ["./module-*"] });
}

/** @param {string[]} codes */
const hashOf = (codes) => createHash("sha256").update(codes.join("\n")).digest("hex").slice(0, 6);

/**
 * The styles stand beside it too, for browsers that take no constructed ones.
 * @param {string} name
 * @param {string} code
 * @param {string} css
 */
function put(name, code, css) {
  files.set(`${name}.js`, code);
  if (css) files.set(`${name}.css`, css);
  return `${name}.js`;
}

/** @type {Record<string, string>} */
const panel = {};
/** @type {Record<string, Record<string, string>>} */
const modules = Object.fromEntries(Object.keys(MODULES).map((name) => [name, {}]));
for (const language of LANGUAGES) {
  /** @type {Record<string, string>} */
  const styles = {};
  /** @type {Record<string, string>} */
  const codes = {};
  for (const [name, entry] of Object.entries(MODULES)) {
    styles[name] = existsSync(join(source, `${name}.css`)) ? await bundle(`${name}.css`) : "";
    codes[name] = await bundleWith(entry, styles[name], language);
  }
  // One hash for all of a language: the panel names each of them, and every other hash would cost every visitor some bytes.
  const hash = hashOf(Object.values(codes));
  /** @type {Record<string, string>} */
  const define = {};
  for (const name of Object.keys(MODULES)) {
    modules[name][language] = put(`module-${name}-${language}-${hash}`, codes[name], styles[name]);
    define[`__MODULE_${name.toUpperCase()}__`] = JSON.stringify(`./${modules[name][language]}`);
  }
  const css = await bundle("panel.css");
  const code = await bundleWith("panel", css, language, define);
  panel[language] = put(`panel-${language}-${hashOf([code])}`, code, css);
}
const loader = await bundle("loader.js", { format: "iife" });
if (loader.split("__KANAL_SITE__").length !== 2) throw new Error("the loader must hold __KANAL_SITE__ exactly once");
files.set("loader.js", loader);
files.set("manifest.json", JSON.stringify({ loader: "loader.js", panel, modules }, null, 2) + "\n");

mkdirSync(dist, { recursive: true });
for (const old of readdirSync(dist)) if (!files.has(old)) rmSync(join(dist, old));
for (const [file, content] of files) writeFileSync(join(dist, file), content);
