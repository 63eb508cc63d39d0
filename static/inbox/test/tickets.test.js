import assert from "node:assert/strict";
import { afterEach, mock, test } from "node:test";
import { CLOSE_REFUSED, CLOSE_SIGNED_OUT } from "../src/frames.js";
import { OTHER_PERSON } from "../src/line.js";
import { openTickets } from "../src/tickets.js";

afterEach(() => mock.restoreAll());

/** A server that knows one token and one person. @param {{csrf?: string, me?: object, status?: number, type?: string}} held */
function serve({ csrf = "baru", me = { id: 7, name: "Sari" }, status = 200, type = "basic" }) {
  mock.method(globalThis, "fetch", async (/** @type {string} */ _address, /** @type {any} */ { method = "GET", headers }) => {
    const good = status !== 200 || method === "GET" || headers["X-CSRFToken"] === csrf;
    return { type, status: good ? status : 403, ok: good && status === 200, json: async () => (method === "GET" ? { me, csrf } : { ticket: "tiket" }) };
  });
}
const tickets = () => openTickets({ address: "/admin/inbox/ticket/", me: 7, csrf: "lama" });

test("whoever signed in again elsewhere in the browser goes on with the new token", async () => {
  serve({});
  const opened = tickets();
  assert.deepEqual([await opened.fetch(), opened.csrf()], ["tiket", "baru"]);
});

test("for somebody else who signed in no ticket is asked", async () => {
  serve({ me: { id: 8, name: "Rina" } });
  await assert.rejects(tickets().fetch(), { code: OTHER_PERSON, person: "Rina" });
});

test("who is signed out or may not is told apart", async () => {
  serve({ status: 403 });
  await assert.rejects(tickets().fetch(), { code: CLOSE_REFUSED });
  serve({ status: 0, type: "opaqueredirect" });
  await assert.rejects(tickets().fetch(), { code: CLOSE_SIGNED_OUT });
});
