// The other side of the operator's line and the least of a page, as far as the inbox's scripts use them in node.

import { FakeSocket } from "../../widget/test/fakes.js";

export { FakeSocket };

export const ME = { id: 7, name: "Sari" };

/** @param {object} [more] */
export const ready = (more = {}) => ({
  type: "ready",
  me: ME,
  sites: [{ id: 1, key: "toko", name: "Toko", may_answer: true }],
  people: [],
  tags: [],
  canned: [],
  counts: { mine: 0, waiting: 1, assistant: 0 },
  limits: { message_characters: 4000 },
  ...more,
});

/** @param {string} conversation @param {object} [more] @returns {any} */
export const item = (conversation, more = {}) => ({
  conversation,
  site: 1,
  name: "Dewi",
  handler: "waiting",
  waiting_since: "2026-11-22T08:00:00Z",
  last_at: "2026-11-22T08:00:00Z",
  last: { author: "visitor", text: "halo" },
  seq: 1,
  unread: 1,
  tags: [],
  ...more,
});

/** @param {number} seq @param {string} author @param {string} text @returns {any} */
export const row = (seq, author, text) => ({ id: `row-${seq}`, seq, author, text, at: "2026-11-22T08:00:00Z" });

/** @param {string} conversation @param {any[]} messages @param {object} [more] */
export const shown = (conversation, messages, more = {}) => ({
  type: "talk.shown",
  conversation,
  seq: messages.length,
  first: 1,
  reset: false,
  messages,
  notes: [],
  talk: item(conversation),
  ...more,
});

/** A session's line without a network: what was sent, and a way to give frames. */
export function fakeLine() {
  /** @type {any[]} */
  const sent = [];
  /** @type {(frame: any) => void} */
  let onFrame = () => {};
  let up = true;
  let connection = 0;
  let stopped = "";
  let onChange = () => {};
  return {
    sent,
    /** Who is signed in instead. */
    stopped: () => stopped,
    /** @param {string} type */
    frames: (type) => sent.filter((frame) => frame.type === type),
    /** @param {...any} frames */
    give: (...frames) =>
      frames.forEach((frame) => {
        if (frame.type === "ready" && !frame.again) connection += 1;
        onFrame(frame);
      }),
    /** @param {boolean} value */
    setUp: (value) => (up = value),
    /** @param {{onFrame: (frame: any) => void, onChange: () => void}} events */
    make(events) {
      ({ onFrame, onChange } = events);
      return {
        start() {},
        connect: async () => {},
        state: () => ({ status: /** @type {"open" | "stopped"} */ (stopped ? "stopped" : "open"), attempt: 0, code: 0, connection, person: stopped }),
        /** @param {number} code @param {string} [person] */
        stop(code, person) {
          stopped = person || String(code);
          up = false;
          onChange();
        },
        /** @param {any} frame */
        send(frame) {
          if (up) sent.push(frame);
          return up;
        },
      };
    },
  };
}

/** Storage that lasts as long as a test. */
export function setStorage() {
  /** @type {Record<string, string>} */
  const kept = {};
  const area = { getItem: (/** @type {string} */ name) => kept[name] ?? null, setItem: (/** @type {string} */ name, /** @type {string} */ value) => void (kept[name] = value), removeItem: (/** @type {string} */ name) => delete kept[name] };
  Object.assign(globalThis, { sessionStorage: area, localStorage: area });
  return kept;
}
