import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { openOutbox } from "../src/outbox.js";
import { openStorage } from "../src/storage.js";
import { uuid } from "../src/uuid.js";

const holder = /** @type {any} */ (globalThis);
afterEach(() => delete holder.localStorage);

test("a message is kept until it is stored, also through a reload", () => {
  holder.localStorage = {};
  const entry = openOutbox(openStorage("toko")).add("halo");
  const again = openOutbox(openStorage("toko"));
  assert.deepEqual(again.all(), [entry]);
  again.remove(entry.id);
  assert.deepEqual(again.all(), []);
});

test("messages come back in the order they were written", () => {
  holder.localStorage = {};
  const outbox = openOutbox(openStorage("toko"));
  for (let i = 0; i < 50; i++) outbox.add(`pesan ${i}`);
  assert.deepEqual(outbox.all().map((entry) => entry.text), Array.from({ length: 50 }, (_, i) => `pesan ${i}`));
});

test("two tabs do not overwrite each other's messages", () => {
  holder.localStorage = {};
  const [one, two] = [openOutbox(openStorage("toko")), openOutbox(openStorage("toko"))];
  one.add("dari satu");
  two.add("dari dua");
  assert.equal(one.all().length, 2);
});

test("sites do not see each other's messages", () => {
  holder.localStorage = {};
  openOutbox(openStorage("toko")).add("halo");
  assert.deepEqual(openOutbox(openStorage("klinik")).all(), []);
});

test("where storage is denied, memory serves", () => {
  Object.defineProperty(holder, "localStorage", {
    configurable: true,
    get() {
      throw new Error("denied");
    },
  });
  const outbox = openOutbox(openStorage("toko"));
  outbox.add("halo");
  assert.equal(outbox.all().length, 1);
});

test("where storage is full, sending goes on", () => {
  holder.localStorage = new Proxy({}, {
    set() {
      throw new Error("quota");
    },
  });
  assert.doesNotThrow(() => openOutbox(openStorage("toko")).add("halo"));
});

test("client ids are version 4 UUIDs and do not repeat", () => {
  const ids = new Set(Array.from({ length: 1000 }, uuid));
  assert.equal(ids.size, 1000);
  for (const id of ids) assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
