// The bytes a visitor pays, compressed as the server compresses them (brotli 11): the build fails when a promise is broken.
import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { brotliCompressSync, constants } from "node:zlib";

const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL("manifest.json", dist), "utf8"));

/** @param {string} name */
function bytes(name) {
  const text = readFileSync(new URL(name, dist));
  return brotliCompressSync(text, { params: { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT, [constants.BROTLI_PARAM_SIZE_HINT]: text.length } }).length;
}

test("the loader costs at most 1,000 bytes", () => {
  assert.ok(bytes(manifest.loader) <= 1000, `${bytes(manifest.loader)} bytes`);
});

test("the loader and a panel in one language cost at most 8,000 bytes", () => {
  for (const file of Object.values(manifest.panel)) {
    const sum = bytes(manifest.loader) + bytes(file);
    assert.ok(sum <= 8000, `${file}: ${sum} bytes`);
  }
});

test("each module costs at most 1,500 bytes", () => {
  for (const files of Object.values(manifest.modules)) for (const file of Object.values(files)) assert.ok(bytes(file) <= 1500, `${file}: ${bytes(file)} bytes`);
});

test("the loader has exactly one place for the site's look", () => {
  assert.equal(readFileSync(new URL(manifest.loader, dist), "utf8").split("__KANAL_SITE__").length, 2);
});

test("every file named by the manifest is there with its styles beside it, and nothing else is", () => {
  const scripts = [...Object.values(manifest.panel), ...Object.values(manifest.modules).flatMap((files) => Object.values(files))];
  const styled = scripts.filter((file) => file.startsWith("panel") || existsSync(new URL(`../src/${file.split("-")[1]}.css`, import.meta.url)));
  const expected = new Set(["loader.js", "manifest.json", ...scripts, ...styled.map((file) => file.replace(".js", ".css"))]);
  assert.deepEqual(new Set(readdirSync(dist)), expected);
});

test("no file makes nodes from strings, evaluates text or names a host", () => {
  for (const name of readdirSync(dist).filter((file) => file.endsWith(".js"))) {
    const code = readFileSync(new URL(name, dist), "utf8");
    assert.doesNotMatch(code, /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setAttribute\("style"/, name);
    const hosts = [...code.matchAll(/https?:\/\/([\w.]+)/g)].map((match) => match[1]);
    assert.deepEqual(hosts.filter((host) => !["www.w3.org", "wa.me"].includes(host)), [], name);
  }
});
