// When a list is open to choose from, and what the module makes of it: on the built file, with nodes as far as it uses them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { openChoices } from "../src/choices.js";
import { EMPTY, reduce, withNotice } from "../src/store.js";
import { welcome } from "./fakes.js";

const at = "2026-11-22T03:00:00.000Z";
const titles = ["Kartu emas", "Kartu klasik"];
const asked = { id: "a", seq: 1, author: "visitor", text: "kartu", at };
const list = { id: "b", seq: 2, author: "assistant", answered_by: "knowledge", text: "Yang mana?\n\n1. Kartu emas\n2. Kartu klasik", choices: titles, at };

/** @param {any[]} frames @param {any} [state] */
const fold = (frames, state = EMPTY) => frames.reduce(reduce, state);
const offering = fold([welcome({ messages: [asked, list] })]);

test("a list is open while it is the newest message, also after a reload", () => {
  const live = fold([welcome({ messages: [asked] }), { type: "message.added", ...list }]);
  assert.deepEqual([openChoices(live), openChoices(offering), openChoices(EMPTY)], [titles, titles, undefined]);
});

test("it closes with whatever is sent or said after it, and with an answer that begins", () => {
  assert.equal(openChoices({ ...offering, pending: [{ id: "c", text: "2", at }] }), undefined);
  for (const author of ["visitor", "assistant", "operator"]) {
    assert.equal(openChoices(fold([{ type: "message.added", id: "c", seq: 3, author, text: "ya", at }], offering)), undefined, author);
  }
  assert.equal(openChoices(fold([{ type: "reply.started", id: "c", question: 3 }], offering)), undefined);
});

test("a quiet line does not close it", () => {
  const noticed = withNotice(offering, "Koneksi sempat putus");
  assert.equal(noticed.messages.length, 3);
  assert.equal(openChoices(noticed), titles);
});

class FakeNode {
  /** @param {any[]} children */
  constructor(...children) {
    this.className = "";
    this.replaceChildren(...children);
  }
  /** @param {any[]} children */
  replaceChildren(...children) {
    this.childNodes = this.children = children;
  }
}

/** The module on a bubble with these lines; `draw` is what the panel calls once per frame. @param {string[]} lines */
async function show(...lines) {
  const manifest = JSON.parse(readFileSync(new URL("../dist/manifest.json", import.meta.url), "utf8"));
  const { create } = await import(new URL("../dist/" + manifest.modules.choices.id, import.meta.url).href);
  const bubble = new FakeNode(...lines.map((line) => new FakeNode(line)));
  const log = { scrollHeight: 900, scrollTop: 500, clientHeight: 400, querySelectorAll: () => [new FakeNode(), bubble] };
  /** @type {string[]} */
  const sent = [];
  const talk = { state: offering };
  const session = {
    state: () => talk.state,
    send: (/** @type {string} */ text) => {
      sent.push(text);
      talk.state = { ...talk.state, pending: [{ id: "c", text, at }] };
    },
  };
  let focused = 0;
  const element = (/** @type {string} */ kind, /** @type {object} */ given, /** @type {string} */ words) => ({ kind, words, isConnected: true, ...given });
  const draw = create({ element })(log, session, () => focused++);
  const shown = () => bubble.children.map((/** @type {FakeNode} */ line) => line.childNodes[0].words || line.childNodes[0]);
  return { bubble, log, sent, talk, draw, shown, focused: () => focused };
}

test("the lines become buttons with their numbers, once, and the end stays in view", async () => {
  const { bubble, log, draw, shown } = await show(...titles);
  log.scrollTop = 480;
  draw(true);
  assert.deepEqual(shown(), ["1. Kartu emas", "2. Kartu klasik"]);
  assert.equal(log.scrollTop, 900);
  const [button] = bubble.children[0].childNodes;
  draw(true);
  assert.equal(bubble.children[0].childNodes[0], button);
});

test("who reads earlier messages is not moved", async () => {
  const { log, draw } = await show(...titles);
  log.scrollTop = 100;
  draw(true);
  assert.equal(log.scrollTop, 100);
});

test("a tap sends the title as it is, makes them lines again at once and gives the focus back", async () => {
  const { bubble, sent, draw, shown, focused } = await show(...titles);
  draw(true);
  bubble.children[1].childNodes[0].onclick();
  assert.deepEqual([sent, shown(), focused(), bubble.className], [["Kartu klasik"], titles, 1, ""]);
  draw(true);
  assert.deepEqual(shown(), titles);
});

test("they come back when the message could not be sent", async () => {
  const { bubble, talk, draw, shown } = await show(...titles);
  draw(true);
  bubble.children[0].childNodes[0].onclick();
  draw(true);
  talk.state = withNotice({ ...talk.state, pending: [] }, "Terlalu banyak pesan");
  draw(true);
  assert.deepEqual(shown(), ["1. Kartu emas", "2. Kartu klasik"]);
});

test("lines stay lines where the chat cannot be used, and where they are not those of the list", async () => {
  const closed = await show(...titles);
  closed.draw(true);
  closed.draw(false);
  assert.deepEqual(closed.shown(), titles);
  const other = await show("Kartu emas");
  other.draw(true);
  assert.deepEqual(other.shown(), ["Kartu emas"]);
});

test("plain text becomes buttons once it is drawn as a list", async () => {
  const { bubble, draw, shown } = await show();
  draw(true);
  bubble.replaceChildren(...titles.map((title) => new FakeNode(title)));
  draw(true);
  assert.deepEqual(shown(), ["1. Kartu emas", "2. Kartu klasik"]);
});
