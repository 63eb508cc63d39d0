/**
 * The operator's line: fetches a ticket, opens a WebSocket with it, beats, comes back after every drop and stops where coming
 * back is useless. Where sockets are blocked it goes on over stream.js. Called by session.js, which takes the frames.
 */

import { backoff } from "../../widget/src/backoff.js";
import { BEAT_MS, HANDSHAKE_MS, REPLY_MS, STEADY_MS } from "../../widget/src/limits.js";
import { CLOSE_REFUSED, CLOSE_SIGNED_OUT, CLOSE_TOO_MANY, PROTOCOL } from "./frames.js";
import { BLOCKED_TRIES, REFUSALS } from "./limits.js";

/**
 * @typedef {"idle" | "connecting" | "open" | "waiting" | "stopped"} Status
 * @typedef {{onopen: any, onmessage: any, onclose: any, send: (text: string) => void, close: () => void}} Transport
 *
 * @typedef {object} Options
 * @property {() => Promise<string>} fetchTicket rejects with TurnedAwayError when coming again is useless
 * @property {() => Transport} openSocket
 * @property {() => Transport} openStream the way around networks that block sockets
 * @property {string} locale
 * @property {(frame: import("./frames.js").ServerFrame) => void} onFrame
 * @property {() => void} onChange the status changed
 */

/** Beside the codes of a close: the browser is signed in as somebody else than the page was made for. */
export const OTHER_PERSON = 1;

/** No ticket is given: 4401 when one has to sign in, 4403 when this person or page may not, OTHER_PERSON with a name. */
export class TurnedAwayError extends Error {
  /** @param {number} code @param {string} [person] */
  constructor(code, person = "") {
    super(`turned away: ${code}`);
    this.code = code;
    this.person = person;
  }
}

/** @param {Options} options */
export function createLine({ fetchTicket, openSocket, openStream, locale, onFrame, onChange }) {
  /** @type {Status} */
  let status = "idle";
  /** @type {Transport | undefined} */
  let socket;
  let attempt = 0;
  let openedAt = 0;
  let code = 0;
  let person = "";
  let refusals = 0;
  /** Sockets in a row that never said a word though the ticket came, and whether this one has not yet. */
  let blocked = 0;
  let silent = false;
  let streaming = false;
  /** Which try this is: an answer to an earlier one comes too late. */
  let round = 0;
  /** One clock for everything: a line is either waited for, listened to, or to be tried again. */
  let timer = 0;

  /** @param {Status} next */
  const become = (next) => {
    status = next;
    onChange();
  };

  /** @param {() => void} act @param {number} ms */
  const later = (act, ms) => {
    clearTimeout(timer);
    timer = /** @type {any} */ (setTimeout(act, ms));
  };

  /** @param {import("./frames.js").ClientFrame} frame */
  const transmit = (frame) => socket?.send(JSON.stringify(frame));

  /** Lets go of the socket without waiting for its goodbye, which a dead network never sends. */
  const release = () => {
    clearTimeout(timer);
    round += 1;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      socket = undefined;
    }
  };

  const connect = async () => {
    release();
    become("connecting");
    later(drop, REPLY_MS);
    const mine = round;
    try {
      const ticket = await fetchTicket();
      if (mine === round) join(ticket);
    } catch (error) {
      if (mine !== round) return;
      if (error instanceof TurnedAwayError) stop(error.code, error.person);
      else drop();
    }
  };

  /** @param {string} ticket good for one greeting */
  const join = (ticket) => {
    silent = !streaming;
    later(drop, streaming ? REPLY_MS : HANDSHAKE_MS);
    /** @type {Transport} */
    let made;
    try {
      socket = made = streaming ? openStream() : openSocket();
    } catch (error) {
      // Some browsers throw where a policy or a setting forbids sockets.
      streaming = true;
      throw error;
    }
    made.onopen = () => {
      transmit({ type: "hello", protocol: PROTOCOL, ticket, locale });
      later(drop, REPLY_MS);
    };
    made.onmessage = receive;
    made.onclose = (/** @type {{code: number}} */ event) => drop(event.code);
  };

  /** @param {{data: string}} event */
  const receive = ({ data }) => {
    /** @type {import("./frames.js").ServerFrame} */
    const frame = JSON.parse(data);
    if (frame.type === "ready") {
      openedAt = Date.now();
      refusals = blocked = 0;
      silent = false;
      become("open");
    }
    if (status === "open") later(beat, BEAT_MS);
    onFrame(frame);
  };

  const beat = () => {
    transmit({ type: "ping", t: Date.now() });
    later(drop, REPLY_MS);
  };

  /** For good. @param {number} why @param {string} [other] who is signed in instead */
  const stop = (why, other = "") => {
    code = why;
    person = other;
    release();
    become("stopped");
  };

  /** @param {number} [why] code of the close; none if the line was found dead */
  const drop = (why = 0) => {
    code = why;
    release();
    if (silent && code < CLOSE_SIGNED_OUT && ++blocked >= BLOCKED_TRIES) streaming = true;
    silent = false;
    if (openedAt && Date.now() - openedAt > STEADY_MS) attempt = 0;
    openedAt = 0;
    // The ticket's answer says whether the session is over, so refusals are tried again a few times: the ticket may only have been too old.
    if (why === CLOSE_SIGNED_OUT || why === CLOSE_REFUSED) refusals += 1;
    if (refusals >= REFUSALS) return stop(why);
    // Too slow, restarting: everybody was sent away at once, so they come back spread out; too many: more so.
    attempt = Math.max(attempt, why === CLOSE_TOO_MANY ? 5 : why > CLOSE_REFUSED ? 2 : 0);
    later(connect, backoff(attempt++));
    become("waiting");
  };

  /** The network or the page came or went: try now, or see whether the line still lives. */
  const wake = () => {
    if (document.hidden) return;
    if (status === "waiting" || status === "idle") connect();
    else if (status === "open") beat();
  };

  const sleep = () => {
    if (status === "stopped") return;
    release();
    become("idle");
  };

  return {
    /** @returns {{status: Status, attempt: number, code: number, connection: number, person: string}} attempt: failed tries since it last held; connection: which one this is; person: who is signed in instead */
    state: () => ({ status, attempt, code, connection: round, person }),
    start() {
      addEventListener("pagehide", sleep);
      for (const event of ["pageshow", "online", "offline", "resume", "visibilitychange"]) addEventListener(event, wake, true);
      connect();
    },
    connect,
    stop,
    /** @param {import("./frames.js").ClientFrame} frame @returns {boolean} whether it left */
    send(frame) {
      if (status === "open") transmit(frame);
      return status === "open";
    },
  };
}
