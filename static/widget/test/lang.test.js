import assert from "node:assert/strict";
import { test } from "node:test";
import * as en from "../src/lang/en.js";
import * as id from "../src/lang/id.js";

test("both languages have the same sentences", () => {
  assert.deepEqual(Object.keys(id), Object.keys(en));
});

test("what a sentence has filled in is the same in both languages, but for the address form", () => {
  /** @param {unknown} sentence */
  const gaps = (sentence) => [...String(sentence).matchAll(/\{(\w+)\}/g)].map((match) => match[1]).filter((gap) => gap !== "you");
  for (const [name, sentence] of Object.entries(id)) assert.deepEqual(gaps(sentence), gaps(/** @type {Record<string, unknown>} */ (en)[name]), name);
});

test("English never shows an address form", () => {
  for (const sentence of Object.values(en)) assert.doesNotMatch(String(sentence), /\{you\}/);
});
