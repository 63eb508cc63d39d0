import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { createConnection } from "../src/connection.js";
import { latest, setPage, sockets, welcome } from "./fakes.js";

/** @type {ReturnType<typeof setPage>} */
let page;
// What the build puts in its place.
Object.assign(globalThis, { __MODULE_EVENTS__: "./events.js" });
/** @type {any[]} */
let frames;
/** @type {(text: boolean) => void} */
let allowRecovery;

beforeEach(() => {
  page = setPage();
  mock.timers.enable({ apis: ["setTimeout", "Date"] });
  mock.method(Math, "random", () => 0.999);
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

function start() {
  frames = [];
  let recovers = false;
  allowRecovery = (value) => {
    recovers = value;
  };
  const connection = createConnection({
    url: "wss://kanal.test/ws/chat/toko",
    greet: () => ({ type: "hello", protocol: 1 }),
    onFrame: (frame) => void frames.push(frame),
    onChange: () => {},
    recover: () => {
      const answer = recovers;
      recovers = false;
      return answer;
    },
  });
  connection.start();
  return connection;
}

function open() {
  const connection = start();
  latest().accept();
  latest().give(welcome());
  return connection;
}

test("hello is the first frame, and nothing else leaves before the welcome", () => {
  const connection = start();
  latest().accept();
  assert.equal(connection.send({ type: "reply.stop" }), false);
  assert.deepEqual(latest().sent.map((frame) => frame.type), ["hello"]);
  latest().give(welcome());
  assert.equal(connection.send({ type: "reply.stop" }), true);
});

test("a dropped line comes back, later each time, and is steady again after five seconds", () => {
  const connection = open();
  for (const wait of [500, 1000, 2000]) {
    latest().drop();
    assert.equal(connection.line().status, "waiting");
    const before = sockets.length;
    mock.timers.tick(wait - 10);
    assert.equal(sockets.length, before);
    mock.timers.tick(10);
    assert.equal(sockets.length, before + 1);
    latest().accept();
    latest().give(welcome());
    assert.equal(connection.line().attempt, 0, "nothing is shown as broken while it holds");
  }
  mock.timers.tick(6000);
  latest().drop();
  assert.equal(connection.line().attempt, 1);
});

test("a handshake that hangs is given up, soon as long as it is not known whether sockets come through at all", () => {
  start();
  mock.timers.tick(4_000);
  assert.equal(sockets[0].closed, true);
  mock.timers.tick(500);
  assert.equal(sockets.length, 2);
});

test("a handshake that hangs where sockets are known to come through is waited for", () => {
  open();
  latest().drop();
  mock.timers.tick(500);
  mock.timers.tick(9_000);
  assert.equal(latest().closed, false);
  mock.timers.tick(1_000);
  assert.equal(latest().closed, true);
});

/** Lets what was loaded arrive. */
const loaded = () => import("../src/events.js").then(() => new Promise((resolve) => setImmediate(resolve)));

test("two tries in vain and the line goes on over plain requests, two more and it tries sockets again", async () => {
  /** @type {string[]} */
  const asked = [];
  Object.assign(globalThis, { fetch: (/** @type {string} */ address) => (asked.push(address), Promise.reject(new TypeError("no way"))) });
  start();
  for (const wait of [500, 1000]) {
    latest().drop();
    await loaded();
    mock.timers.tick(wait);
    await loaded();
  }
  assert.equal(sockets.length, 2);
  assert.deepEqual(asked, ["https://kanal.test/chat/toko/events"]);
  mock.timers.tick(2000);
  await loaded();
  assert.equal(asked.length, 2);
  mock.timers.tick(4000);
  await loaded();
  assert.equal(sockets.length, 3);
});

test("a line that was welcomed once never leaves its way", async () => {
  open();
  for (const wait of [500, 1000, 2000, 4000]) {
    latest().drop();
    await loaded();
    mock.timers.tick(wait);
  }
  assert.equal(sockets.length, 5);
});

test("a welcome that never comes is given up", () => {
  start();
  latest().accept();
  mock.timers.tick(10_000);
  mock.timers.tick(500);
  assert.equal(sockets.length, 2);
});

test("after 25 quiet seconds it pings, and without an answer the line is dead", () => {
  open();
  mock.timers.tick(25_000);
  assert.equal(latest().frames("ping").length, 1);
  latest().give({ type: "pong", t: 1 });
  mock.timers.tick(25_000);
  assert.equal(latest().frames("ping").length, 2);
  mock.timers.tick(10_000);
  assert.equal(sockets[0].closed, true);
  mock.timers.tick(500);
  assert.equal(sockets.length, 2);
});

test("any frame counts as a sign of life", () => {
  open();
  for (let i = 0; i < 10; i++) {
    mock.timers.tick(20_000);
    latest().give({ type: "reply.delta", id: "r", offset: i, text: "x" });
  }
  assert.equal(latest().frames("ping").length, 0);
});

test("a refused website stops for good", () => {
  const connection = start();
  latest().accept();
  latest().drop(4403);
  assert.deepEqual([connection.line().status, connection.line().code], ["stopped", 4403]);
  mock.timers.tick(100_000);
  page.fire("online");
  page.fire("pageshow");
  assert.equal(sockets.length, 1);
});

test("a bad token is tried anew once, then it stops", () => {
  const connection = start();
  allowRecovery(true);
  latest().drop(4401);
  assert.equal(sockets.length, 2);
  latest().drop(4401);
  assert.equal(connection.line().status, "stopped");
});

test("those sent away together come back spread out", () => {
  for (const [code, wait] of [[4412, 2000], [4408, 2000], [4413, 2000], [4429, 16_000]]) {
    open();
    const before = sockets.length;
    latest().drop(code);
    mock.timers.tick(wait * 0.9);
    assert.equal(sockets.length, before, `${code} too early`);
    mock.timers.tick(wait * 0.1);
    assert.equal(sockets.length, before + 1, `${code} too late`);
  }
});

test("leaving the page closes the line and coming back opens it", () => {
  const connection = open();
  page.fire("pagehide");
  assert.deepEqual([sockets[0].closed, connection.line().status], [true, "idle"]);
  mock.timers.tick(100_000);
  assert.equal(sockets.length, 1);
  page.fire("pageshow");
  assert.equal(sockets.length, 2);
});

test("network or page coming back do not wait for the clock", () => {
  for (const event of ["online", "visibilitychange", "resume"]) {
    open();
    latest().drop();
    const before = sockets.length;
    page.fire(event);
    assert.equal(sockets.length, before + 1, event);
  }
});

test("a page coming back looks whether an open line still lives", () => {
  open();
  page.fire("visibilitychange");
  assert.equal(latest().frames("ping").length, 1);
  assert.equal(sockets.length, 1);
});

test("a page going away does nothing", () => {
  open();
  latest().drop();
  page.hide(true);
  page.fire("visibilitychange");
  assert.equal(sockets.length, 1);
});

test("asking again says hello on the same line, and what comes before its welcome is left out", () => {
  const connection = open();
  connection.hello();
  latest().give({ type: "reply.delta", id: "r", offset: 9, text: "x" }, welcome({ seq: 1 }), { type: "pong" });
  assert.deepEqual(latest().frames("hello").length, 2);
  assert.deepEqual(frames.map((frame) => frame.type), ["welcome", "welcome", "pong"]);
});

test("a socket let go of can no longer disturb", () => {
  open();
  mock.timers.tick(25_000);
  mock.timers.tick(10_000);
  sockets[0].give({ type: "pong" });
  sockets[0].drop(4403);
  mock.timers.tick(500);
  assert.equal(sockets.length, 2);
});

test("a page whose policy forbids the address is tried again, not broken", () => {
  const socket = globalThis.WebSocket;
  Object.assign(globalThis, {
    WebSocket: class {
      constructor() {
        throw new Error("blocked by policy");
      }
    },
  });
  assert.doesNotThrow(start);
  Object.assign(globalThis, { WebSocket: socket });
  mock.timers.tick(4_000);
  mock.timers.tick(500);
  assert.equal(sockets.length, 1);
});
