/**
 * What the transcript shows, line by line, worked out from the state: pure, so it is tested without a page.
 * Called by transcript.js; adds the greeting, day lines, groups of messages and the typing sign.
 */

import { dayOf, fill, timeOf } from "./words.js";
import * as text from "#lang";

/**
 * @typedef {object} Item
 * @property {string} key
 * @property {"day" | "notice" | "typing" | "message"} kind
 * @property {import("./protocol.js").Author} author
 * @property {string} text
 * @property {boolean} writing
 * @property {boolean} last of a group: carries the label
 * @property {string} label
 * @property {string} error
 * @property {import("./protocol.js").Source[]} sources
 * @property {import("./protocol.js").Choice[]} choices
 */

/** Messages of one side within this time stand close together. */
const GROUP_MS = 300_000;

/**
 * @param {import("./store.js").State} state
 * @param {string} greeting
 * @returns {Item[]}
 */
export function listItems(state, greeting) {
  /** @type {Item[]} */
  const items = [];
  let day = "";
  let at = 0;
  /** @param {Item} next @param {string} time ISO 8601 */
  const push = (next, time) => {
    const before = items[items.length - 1];
    const moment = Date.parse(time);
    if (before && before.author === next.author && before.kind === next.kind && moment - at < GROUP_MS) before.last = false;
    at = moment;
    items.push(next);
  };

  if (greeting && !state.older && state.greeted) items.push(item("greeting", { text: greeting }));
  for (const row of state.rows) {
    const name = dayOf(row.at);
    if (name !== day) items.push(item("day " + (day = name), { kind: "day", author: "system", text: name }));
    push(fromRow(row, state), row.at);
  }
  for (const entry of state.pending) {
    const label = entry.error ? text.failed : text.pending;
    push(item(entry.id, { author: "visitor", text: entry.text, label, error: entry.error || "" }), entry.at);
  }
  if (state.reply?.text) push(item(state.reply.id, { text: state.reply.text, writing: true }), new Date().toISOString());
  else if (state.thinking) items.push(item("typing", { kind: "typing", text: text.answering }));
  if (state.typing) items.push(item("typing", { kind: "typing", author: "operator", text: fill(text.typing, { name: state.operator || text.team }) }));
  return items;
}

/**
 * @param {import("./protocol.js").Row} row
 * @param {import("./store.js").State} state
 */
function fromRow(row, state) {
  if (row.author === "system") return item(row.id, { kind: "notice", author: "system", text: row.text });
  const mine = row.author === "visitor";
  const from = mine ? text.sent : row.author === "operator" ? row.name || text.team : row.answered_by && text.by[row.answered_by];
  const latest = row === state.rows[state.rows.length - 1] && state.handler === "bot";
  return item(row.id, {
    author: row.author,
    text: row.text,
    label: [from, timeOf(row.at)].filter(Boolean).join(" · "),
    sources: row.sources || [],
    choices: (latest && row.choices) || [],
  });
}

/** @param {string} key @param {Partial<Item>} given @returns {Item} */
const item = (key, given) => ({
  key,
  kind: "message",
  author: "assistant",
  text: "",
  writing: false,
  last: true,
  label: "",
  error: "",
  sources: [],
  choices: [],
  ...given,
});
