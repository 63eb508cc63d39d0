/**
 * The words of the operator's line: frame names, close codes and the shapes of frames, as widget/README.md documents them.
 * Every module that reads or writes a frame takes its types from here. Nothing but the two lists exists at run time.
 */

export const PROTOCOL = 1;

/** Frames this page sends. */
export const CLIENT_FRAMES = /** @type {const} */ ([
  "hello",
  "list.get",
  "talk.open",
  "talk.leave",
  "history.get",
  "message.send",
  "note.add",
  "talk.act",
  "typing.set",
  "read.set",
  "presence.set",
  "knowledge.add",
  "ping",
]);

/** Frames this page understands; any other is ignored. */
export const SERVER_FRAMES = /** @type {const} */ ([
  "ready",
  "list.page",
  "list.changed",
  "talk.shown",
  "talk.changed",
  "talk.gone",
  "talk.acted",
  "note.added",
  "message.added",
  "message.stored",
  "reply.started",
  "reply.delta",
  "reply.dropped",
  "history.page",
  "knowledge.added",
  "typing.shown",
  "read.shown",
  "pong",
  "error",
]);

export const CLOSE_SIGNED_OUT = 4401;
export const CLOSE_REFUSED = 4403;
export const CLOSE_TOO_MANY = 4429;

/**
 * @typedef {{type: typeof CLIENT_FRAMES[number], [field: string]: unknown}} ClientFrame
 * @typedef {"mine" | "waiting" | "assistant" | "closed" | "all"} View
 * @typedef {"bot" | "waiting" | "human"} Handler
 * @typedef {{id: number, name: string}} Person
 * @typedef {Person & {online?: boolean, away?: boolean}} Colleague
 * @typedef {{id: number, key: string, name: string, accent?: string, may_answer?: boolean, patience?: number}} Site patience: minutes after which a wait is overdue
 * @typedef {{id: number, site: number, name: string, colour: string}} Tag
 * @typedef {{id: number, site: number | null, shortcut: string, title: string, text: string}} Canned
 * @typedef {{mine: number, waiting: number, assistant: number}} Counts
 *
 * @typedef {object} Row one message of the log
 * @property {string} id
 * @property {number} seq
 * @property {"visitor" | "assistant" | "operator" | "system"} author
 * @property {string} text
 * @property {string} at ISO 8601, UTC
 * @property {"model" | "knowledge" | "rule" | "person" | ""} [answered_by]
 * @property {string} [name]
 * @property {number} [by] id of this person, for an own reply just stored
 * @property {{title: string, url?: string}[]} [sources]
 *
 * @typedef {{id: string, text: string, author: string, after_seq: number, at: string}} Note
 *
 * @typedef {object} Item one conversation in the list
 * @property {string} conversation its public id
 * @property {number} site
 * @property {string} name
 * @property {string} [contact]
 * @property {Handler} handler
 * @property {Person | null} [operator]
 * @property {string | null} [waiting_since]
 * @property {string | null} [closed_at]
 * @property {string | null} [snoozed_until]
 * @property {string} last_at
 * @property {{author: string, text: string, by?: number} | null} [last] by: id of the person who replied
 * @property {number} seq
 * @property {number} unread
 * @property {number[]} tags
 * @property {boolean} [online]
 * @property {string} [locale]
 *
 * @typedef {object} About what only the open conversation says
 * @property {{url?: string, title?: string} | null} [page]
 * @property {string} [device]
 * @property {string} [language]
 * @property {string} [started_at]
 * @property {{conversation: string, last_at: string}[]} [earlier]
 * @property {false | {sub: string, name?: string, email?: string, phone?: string}} [verified] what the website says of a customer it has signed in
 * @property {number} [visitor_read]
 * @property {Record<string, number>} [ratings] by seq: 1 or -1
 * @property {Record<string, number>} [writers] by seq: the id of the person who wrote it
 * @property {string} [contact_link]
 * @property {"" | "whatsapp" | "mail" | "own_mail" | "no_address"} [way_back] how somebody who left hears of an answer not seen
 * @typedef {Item & About} Talk
 *
 * @typedef {object} Ready
 * @property {"ready"} type
 * @property {Person} me
 * @property {Site[]} sites
 * @property {Colleague[]} people
 * @property {Tag[]} tags
 * @property {Canned[]} canned
 * @property {Counts} counts
 * @property {{message_characters: number}} limits
 *
 * @typedef {object} Shown
 * @property {"talk.shown"} type
 * @property {string} conversation
 * @property {number} seq
 * @property {number} first
 * @property {boolean} reset
 * @property {Row[]} messages
 * @property {boolean} [more]
 * @property {{id: string, question: number, text: string, offset?: number} | null} [reply]
 * @property {Note[]} notes
 * @property {Talk} talk
 *
 * @typedef {{type: "error", code: string, message: string, id?: string, retry_after?: number, operator?: Person}} Refusal
 *
 * @typedef {Ready | Shown | Refusal
 *   | {type: "list.page", view: View, query?: string, items: Item[], more: boolean, after?: unknown}
 *   | {type: "list.changed", items: Item[], counts?: Counts}
 *   | {type: "talk.changed", talk: Talk}
 *   | {type: "talk.gone", conversation: string}
 *   | {type: "talk.acted", id: string}
 *   | (Note & {type: "note.added"})
 *   | (Row & {type: "message.added"})
 *   | {type: "message.stored", id: string, seq: number, at: string}
 *   | {type: "reply.started", id: string, question: number}
 *   | {type: "reply.delta", id: string, offset: number, text: string}
 *   | {type: "reply.dropped", id: string, code?: string}
 *   | {type: "history.page", messages: Row[], more: boolean}
 *   | {type: "knowledge.added", id: string, entry: number, found: boolean}
 *   | {type: "typing.shown", author: string, on: boolean}
 *   | {type: "read.shown", author: string, seq: number}
 *   | {type: "pong", t?: number}} ServerFrame
 */
