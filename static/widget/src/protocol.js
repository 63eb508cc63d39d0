/**
 * The words of the line, protocol version 1: frame names, error codes, close codes and the shapes of frames.
 * Every module that reads or writes a frame takes its types from here; a Python test holds the lists equal to the server's.
 */

export const PROTOCOL = 1;

/** Frames this client sends. */
export const CLIENT_FRAMES = /** @type {const} */ ([
  "hello",
  "message.send",
  "history.get",
  "page.set",
  "form.send",
  "reply.stop",
  "human.request",
  "typing.set",
  "read.set",
  "rating.set",
  "identity.set",
  "ping",
]);

/** Frames this client understands; any other is ignored. */
export const SERVER_FRAMES = /** @type {const} */ ([
  "welcome",
  "message.stored",
  "message.added",
  "reply.started",
  "reply.delta",
  "reply.dropped",
  "history.page",
  "conversation.changed",
  "identity.changed",
  "typing.shown",
  "read.shown",
  "pong",
  "error",
]);

export const CLOSE_BAD_TOKEN = 4401;
export const CLOSE_REFUSED = 4403;
export const CLOSE_TOO_SLOW = 4408;
export const CLOSE_RESTARTING = 4412;
export const CLOSE_TOO_LARGE = 4413;
export const CLOSE_TOO_MANY = 4429;

/** A line that ended without a reason, as browsers name it. */
export const CLOSE_LOST = 1006;
/** Frames in one request, where WebSockets are refused. */
export const FRAMES_AT_ONCE = 20;

/** Longest message the server takes, in characters (its setting MESSAGE_CHARACTERS has this default). */
export const MESSAGE_CHARACTERS = 4000;

/**
 * @typedef {{type: typeof CLIENT_FRAMES[number], [field: string]: unknown}} ClientFrame
 * @typedef {"visitor" | "assistant" | "operator" | "system"} Author
 * @typedef {"bot" | "waiting" | "human"} Handler
 * @typedef {{title: string, url?: string}} Source
 *
 * @typedef {object} Row one message of the log; a notice of this client has no seq
 * @property {string} id
 * @property {number} [seq]
 * @property {Author} author
 * @property {string} text
 * @property {string} at ISO 8601, UTC
 * @property {"model" | "knowledge" | "rule" | "person" | ""} [answered_by]
 * @property {string} [name]
 * @property {Source[]} [sources]
 * @property {string[]} [choices] the one to three titles of a question back; its text lists them too
 *
 * @typedef {object} Site what `welcome` says about the business
 * @property {string} name
 * @property {string} [language]
 * @property {string} [address] how visitors are addressed: Kak, Anda, Bapak/Ibu
 * @property {string} [greeting]
 * @property {string} [accent]
 * @property {string} policy
 * @property {number} retention_days
 * @property {{open: boolean, lines: string[], note?: string}} [hours]
 * @property {string} [whatsapp] digits
 * @property {string} [email]
 *
 * @typedef {object} Welcome
 * @property {"welcome"} type
 * @property {string} token
 * @property {string} conversation
 * @property {number} seq
 * @property {number} first
 * @property {boolean} reset
 * @property {Handler} handler
 * @property {Row[]} messages
 * @property {boolean} [more]
 * @property {{id: string, question: number, text: string, offset?: number}} [reply]
 * @property {number} [read]
 * @property {Record<number, number>} [ratings]
 * @property {string} [operator]
 * @property {boolean} [contact_given]
 * @property {Site} site
 *
 * @typedef {Welcome
 *   | {type: "message.stored", id: string, seq: number, at: string}
 *   | (Row & {type: "message.added", seq: number})
 *   | {type: "reply.started", id: string, question: number}
 *   | {type: "reply.delta", id: string, offset: number, text: string}
 *   | {type: "reply.dropped", id: string, code?: string}
 *   | {type: "history.page", messages: Row[], more: boolean}
 *   | {type: "conversation.changed", handler: Handler, operator?: string, notice?: string, contact_given?: boolean}
 *   | {type: "identity.changed", token?: string}
 *   | {type: "typing.shown", author: "assistant" | "operator", on: boolean}
 *   | {type: "read.shown", author: "operator", seq: number}
 *   | {type: "pong", t?: number}
 *   | {type: "error", code: string, message: string, retry_after?: number, id?: string}} ServerFrame
 */
