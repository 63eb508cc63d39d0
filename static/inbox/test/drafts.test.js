import assert from "node:assert/strict";
import { test } from "node:test";
import { openDrafts } from "../src/drafts.js";
import { setStorage } from "./fake_line.js";

test("what one account has written is there for it again and not for another", () => {
  setStorage();
  openDrafts(7).keep("a", "reply", "dari Sari");
  assert.equal(openDrafts(8).draft("a", "reply"), "");
  assert.equal(openDrafts(7).draft("a", "reply"), "dari Sari");
});

test("what was kept without an owner is dropped", () => {
  /** @type {Record<string, any>} */
  const area = { "kanal:inbox:reply:a": "siapa ya", "kanal:inbox:outbox": "[]", "kanal:inbox:7:reply:a": "dari Sari", lain: "tetap" };
  Object.defineProperty(area, "removeItem", { value: (/** @type {string} */ name) => delete area[name] });
  Object.assign(globalThis, { sessionStorage: area });
  openDrafts(8);
  assert.deepEqual(Object.keys(area), ["kanal:inbox:7:reply:a", "lain"]);
});
