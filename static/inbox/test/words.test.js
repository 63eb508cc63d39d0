import assert from "node:assert/strict";
import { test } from "node:test";
import { newsOf } from "../src/alerts.js";
import { fillGaps, matching, slashAt } from "../src/canned.js";
import { snoozeTimes } from "../src/choosers.js";
import * as en from "../src/lang/en.js";
import * as id from "../src/lang/id.js";
import { belongs, inOrder } from "../src/list_state.js";
import { EMPTY } from "../src/store.js";
import { fill } from "../src/text.js";
import { dayName, shortTime, span } from "../src/times.js";
import { undoOf } from "../src/undo.js";
import { ME, item, ready } from "./fake_line.js";

/** @param {Record<string, any>} words @param {string} [path] @returns {[string, string][]} */
const leaves = (words, path = "") => Object.entries(words).flatMap(([name, one]) => (typeof one === "string" ? [[`${path}${name}`, one]] : leaves(one, `${path}${name}.`)));

test("both languages have the same sentences with the same gaps", () => {
  /** @param {string} sentence */
  const gaps = (sentence) => [...sentence.matchAll(/\{(\w+)\}/g)].map((match) => match[1]).sort();
  const english = new Map(leaves(en));
  assert.deepEqual(leaves(id).map(([path]) => path), [...english.keys()]);
  for (const [path, sentence] of leaves(id)) assert.deepEqual(gaps(sentence), gaps(english.get(path) || ""), path);
});

test("a slash at the beginning or after a space begins a shortcut, one inside a word does not", () => {
  assert.deepEqual(slashAt("/ong", 4), { from: 0, query: "ong" });
  assert.deepEqual(slashAt("Halo kak /On", 12), { from: 9, query: "on" });
  assert.equal(slashAt("https://toko.id", 15), undefined);
  assert.equal(slashAt("1/2", 3), undefined);
  assert.equal(slashAt("/ong ke mana", 12), undefined);
});

test("shortcuts that begin so come before replies that only hold the word, and other sites' do not come", () => {
  const all = [
    { id: 1, site: null, shortcut: "salam", title: "Ongkir di salam", text: "" },
    { id: 2, site: 1, shortcut: "ongkir", title: "Ongkir", text: "" },
    { id: 3, site: 2, shortcut: "ongkir", title: "Lain", text: "" },
  ];
  assert.deepEqual(matching(all, 1, "ong").map((one) => one.id), [2, 1]);
  assert.deepEqual(matching(all, 1, "").map((one) => one.id), [1, 2]);
});

test("gaps of a saved reply are filled, unknown ones stay as they are", () => {
  assert.equal(fillGaps("Halo {name}, {me} dari {site}. {diskon} {{x}}", { name: "Dewi", me: "Sari", site: "Toko" }), "Halo Dewi, Sari dari Toko. {diskon} {{x}}");
  assert.equal(fillGaps("Halo {name}", { name: "{me}", me: "Sari" }), "Halo {me}");
});

test("a snooze never lies in the past, and Monday is never today", () => {
  for (const now of ["2026-11-23T07:00", "2026-11-22T18:30", "2026-11-28T23:59"]) {
    const times = snoozeTimes(new Date(now));
    assert.ok(times.every(([, date]) => date > new Date(now)), now);
    assert.equal(times.at(-1)?.[1].getDay(), 1);
  }
  assert.deepEqual(snoozeTimes(new Date("2026-11-22T18:30")).map(([name]) => name), ["hour", "tomorrow", "monday"]);
});

test("closing, giving back and snoozing are undone by the opposite action", () => {
  const state = { ...EMPTY, ready: /** @type {any} */ (ready()), items: [item("a", { handler: "human", operator: ME })] };
  /** @param {string} action */
  const undo = (action) => undoOf(/** @type {any} */ ({ action, conversation: "a" }), state)?.map((step) => step.action);
  assert.deepEqual(undo("close"), ["reopen"]);
  assert.deepEqual(undo("hand_back"), ["take"]);
  assert.deepEqual(undo("snooze"), ["snooze"]);
  assert.equal(undo("tag"), undefined);
  assert.deepEqual(undoOf(/** @type {any} */ ({ action: "close", conversation: "b" }), { ...state, items: [item("b", { handler: "bot" })] })?.map((step) => step.action), ["reopen", "hand_back"]);
});

test("who begins to wait and who writes to me is news once, what one looks at is not", () => {
  const state = { ...EMPTY, ready: /** @type {any} */ (ready()) };
  const known = new Map();
  /** @param {any} one @param {boolean} [looking] */
  const news = (one, looking = false) => newsOf(state, [one], () => looking, known, Date.parse("2026-11-22T08:00:05Z")).length;
  assert.equal(news(item("a")), 1);
  assert.equal(news(item("a")), 0);
  assert.equal(news(item("a", { seq: 2 })), 1, "wrote again while waiting");
  assert.equal(news(item("b"), true), 0);
  assert.equal(news(item("d", { waiting_since: "2026-11-22T07:00:00Z" })), 0, "waits since long");
  const mine = { handler: "human", operator: ME, waiting_since: null };
  news(item("c", mine));
  assert.equal(news(item("c", { ...mine, seq: 2 })), 1);
  assert.equal(news(item("c", { ...mine, seq: 3, last: { author: "operator", text: "" } })), 0);
});

test("views hold what they say", () => {
  const search = EMPTY.search;
  /** @param {any} view @param {object} more */
  const held = (view, more) => belongs(item("a", more), { ...search, view }, ME.id);
  assert.equal(held("mine", { handler: "human", operator: ME }), true);
  assert.equal(held("mine", { handler: "human", operator: { id: 8, name: "Rina" } }), false);
  assert.equal(held("waiting", { closed_at: "2026-11-22T08:00:00Z" }), false);
  assert.equal(held("closed", { closed_at: "2026-11-22T08:00:00Z" }), true);
  assert.equal(belongs(item("a"), { ...search, site: 2 }, ME.id), false);
  assert.equal(belongs(item("a", { tags: [3] }), { ...search, tag: 3 }, ME.id), true);
  assert.equal(belongs(item("a", { tags: [4] }), { ...search, tag: 3 }, ME.id), false);
});

test("elsewhere than in waiting, who wrote last comes first", () => {
  const items = [item("a"), item("b", { last_at: "2026-11-22T09:00:00Z" })];
  assert.deepEqual(inOrder(items, "all").map(({ conversation }) => conversation), ["b", "a"]);
});

test("times are said as people say them", () => {
  assert.deepEqual([span(5_000), span(61_000), span(7_200_000), span(90_000_000)], ["5 s", "1 min", "2 h", "1 d"]);
  const now = new Date("2026-11-22T12:00:00").getTime();
  assert.equal(shortTime("2026-11-22T09:05:00", now), "09:05");
  assert.equal(shortTime("2026-11-20T09:05:00", now), "20 Nov");
  assert.equal(dayName("2026-11-21T09:05:00", now), "Yesterday");
  assert.equal(fill("{a} {b}", { a: 1 }), "1 {b}");
});
