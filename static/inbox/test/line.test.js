import assert from "node:assert/strict";
import { afterEach, beforeEach, mock, test } from "node:test";
import { latest, setPage, sockets } from "../../widget/test/fakes.js";
import { TurnedAwayError, createLine } from "../src/line.js";
import { FakeSocket, ready } from "./fake_line.js";

/** @type {Promise<string>[]} */
let tickets;
/** @type {any[]} */
let streams;
/** @type {any} */
let page;

beforeEach(() => {
  page = setPage();
  streams = [];
  mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  mock.method(Math, "random", () => 0.999);
});
afterEach(() => {
  mock.timers.reset();
  mock.restoreAll();
});

const settle = async () => {
  for (let i = 0; i < 5; i++) await Promise.resolve();
};

/** @param {() => Promise<string>} [fetchTicket] */
async function start(fetchTicket) {
  let given = 0;
  tickets = [];
  const line = createLine({
    locale: "id",
    fetchTicket: fetchTicket || (async () => `ticket-${++given}`),
    openSocket: () => new FakeSocket("ws://kanal.test/ws/inbox"),
    openStream: () => {
      const stream = new FakeSocket("stream");
      streams.push(stream);
      return stream;
    },
    onFrame: () => {},
    onChange: () => {},
  });
  line.start();
  await settle();
  return line;
}

test("each connection greets with a ticket of its own", async () => {
  await start();
  latest().accept();
  latest().give(ready());
  assert.deepEqual([latest().sent[0].type, latest().sent[0].ticket], ["hello", "ticket-1"]);
  latest().drop();
  mock.timers.tick(500);
  await settle();
  latest().accept();
  assert.equal(latest().sent[0].ticket, "ticket-2");
});

test("nothing else leaves before ready", async () => {
  const line = await start();
  latest().accept();
  assert.equal(line.send({ type: "list.get" }), false);
  latest().give(ready());
  assert.equal(line.send({ type: "list.get" }), true);
});

test("a session that is over stops the line and says why", async () => {
  const line = await start(async () => {
    throw new TurnedAwayError(4401);
  });
  assert.deepEqual([line.state().status, line.state().code, sockets.length], ["stopped", 4401, 0]);
  mock.timers.tick(100_000);
  page.fire("online");
  await settle();
  assert.equal(sockets.length, 0);
});

test("a server that is away is asked for a ticket again, later each time", async () => {
  let asked = 0;
  const line = await start(async () => {
    asked += 1;
    throw new Error("away");
  });
  for (const wait of [500, 1000, 2000]) {
    assert.equal(line.state().status, "waiting");
    mock.timers.tick(wait);
    await settle();
  }
  assert.equal(asked, 4);
});

test("a refusal at the door is tried again with a new ticket, three times in all", async () => {
  const line = await start();
  for (let i = 0; i < 3; i++) {
    latest().accept();
    latest().drop(4403);
    mock.timers.tick(30_000);
    await settle();
  }
  assert.deepEqual([line.state().status, sockets.length], ["stopped", 3]);
});

test("where sockets never open, the stream takes over", async () => {
  await start();
  for (let i = 0; i < 2; i++) {
    latest().drop(1006);
    mock.timers.tick(5000);
    await settle();
  }
  assert.equal(streams.length, 1);
  streams[0].accept();
  assert.equal(streams[0].sent[0].type, "hello");
});

for (const [name, opens] of /** @type {[string, boolean][]} */ ([["the door", false], ["everything behind the door", true]])) {
  test(`where the network swallows ${name} without a word, the stream takes over too`, async () => {
    await start();
    for (let i = 0; i < 2; i++) {
      if (opens) latest().accept();
      mock.timers.tick(10_000);
      await settle();
      mock.timers.tick(5_000);
      await settle();
    }
    assert.equal(streams.length, 1);
  });
}

test("a server that is full is not taken for a network that blocks", async () => {
  await start();
  for (let i = 0; i < 4; i++) {
    latest().accept();
    latest().drop(4429);
    mock.timers.tick(60_000);
    await settle();
  }
  assert.equal(streams.length, 0);
});

test("a socket that worked once is not given up for the stream", async () => {
  await start();
  for (let i = 0; i < 4; i++) {
    latest().accept();
    latest().give(ready());
    latest().drop(1006);
    mock.timers.tick(30_000);
    await settle();
  }
  assert.equal(streams.length, 0);
});

test("a quiet line is pinged, and a dead one left", async () => {
  const line = await start();
  latest().accept();
  latest().give(ready());
  mock.timers.tick(25_000);
  assert.equal(latest().frames("ping").length, 1);
  mock.timers.tick(10_000);
  assert.equal(line.state().status, "waiting");
});

test("a ticket that comes after its try was given up opens nothing", async () => {
  /** @type {(ticket: string) => void} */
  let give = () => {};
  await start(() => new Promise((resolve) => (give = resolve)));
  mock.timers.tick(10_000);
  give("late");
  await settle();
  assert.equal(sockets.length, 0);
});
