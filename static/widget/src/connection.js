/**
 * The line itself: one WebSocket that greets, beats, comes back after every drop and stops where coming back is useless. Where sockets never open
 * it goes on over plain requests (events.js).
 * Called by session.js, which gives the greeting and takes the frames. Knows close codes, nothing about messages.
 */

import { backoff } from "./backoff.js";
import { BEAT_MS, HANDSHAKE_MS, REPLY_MS, STEADY_MS } from "./limits.js";
import { CLOSE_BAD_TOKEN, CLOSE_REFUSED, CLOSE_TOO_MANY } from "./protocol.js";

/**
 * @typedef {"idle" | "connecting" | "open" | "waiting" | "stopped"} Status
 *
 * @typedef {object} Options
 * @property {string} url
 * @property {() => import("./protocol.js").ClientFrame} greet makes the hello of this moment
 * @property {(frame: import("./protocol.js").ServerFrame) => void} onFrame
 * @property {() => void} onChange the status changed
 * @property {() => boolean} recover asked on 4401: whether one more try makes sense
 */

/** @param {Options} options */
export function createConnection({ url, greet, onFrame, onChange, recover }) {
  /** @type {Status} */
  let status = "idle";
  /** @typedef {(url: string, greet: Options["greet"]) => Pick<WebSocket, "send" | "close" | "onopen" | "onmessage" | "onclose">} Way */
  /** @type {Way} */
  let open = (url) => new WebSocket(url);
  /** The other way. @type {Way | undefined} */
  let spare;
  /** @type {ReturnType<Way> | undefined} */
  let socket;
  /** Tries in vain; not a number once the line was ever welcomed, for then the way is known. */
  let misses = 0;
  let attempt = 0;
  let openedAt = 0;
  /** From a hello until its welcome: what comes between is in the welcome too. */
  let asking = false;
  /** One clock for everything: a line is either waited for, listened to, or to be tried again. */
  let timer = 0;

  /** Why it stopped. */
  let code = 0;

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

  /** @param {import("./protocol.js").ClientFrame} frame */
  const transmit = (frame) => socket?.send(JSON.stringify(frame));

  const hello = () => {
    asking = true;
    transmit(greet());
    later(drop, REPLY_MS);
  };

  /** Lets go of the socket without waiting for its goodbye, which a dead network never sends. */
  const release = () => {
    clearTimeout(timer);
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
      socket = undefined;
    }
  };

  const connect = () => {
    release();
    become("connecting");
    later(drop, misses < 2 ? HANDSHAKE_MS : REPLY_MS);
    try {
      socket = open(url, greet);
      socket.onopen = hello;
      socket.onmessage = receive;
      socket.onclose = (event) => drop(event.code);
    } catch {
      // A page whose policy forbids the address throws here in some browsers; the clock runs.
    }
  };

  /** @param {{data: string}} event */
  const receive = ({ data }) => {
    /** @type {import("./protocol.js").ServerFrame} */
    const frame = JSON.parse(data);
    if (frame.type === "welcome") {
      asking = false;
      misses = NaN;
      if (status !== "open") openedAt = Date.now();
      become("open");
    } else if (asking && frame.type !== "error") return;
    if (!asking) later(beat, BEAT_MS);
    onFrame(frame);
  };

  const beat = () => {
    transmit({ type: "ping", t: Date.now() });
    later(drop, REPLY_MS);
  };

  /** Every second try in vain goes the other way from then on. */
  const swap = () =>
    import(__MODULE_EVENTS__).then(
      (module) => ([open, spare] = [spare || module.open, open]),
      () => {},
    );

  /** @param {number} [why] code of the close; none if the line was found dead */
  const drop = (why = 0) => {
    code = why;
    release();
    if (code < CLOSE_BAD_TOKEN && ++misses % 2 === 0) swap();
    if (openedAt && Date.now() - openedAt > STEADY_MS) attempt = 0;
    openedAt = 0;
    if (code === CLOSE_BAD_TOKEN && recover()) connect();
    else if (code === CLOSE_BAD_TOKEN || code === CLOSE_REFUSED) become("stopped");
    else {
      // Too slow, restarting, too large: everybody was sent away at once, so they come back spread out; too many: more so.
      attempt = Math.max(attempt, code === CLOSE_TOO_MANY ? 5 : code > CLOSE_REFUSED ? 2 : 0);
      later(connect, backoff(attempt++));
      become("waiting");
    }
  };

  /** The network or the page is back: try now, or see whether the line still lives. */
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
    /** @returns {{status: Status, attempt: number, code: number}} attempt: failed tries, none while it holds */
    line: () => ({ status, attempt: status === "open" ? 0 : attempt, code }),
    start() {
      addEventListener("pagehide", sleep);
      // Some of these happen to the document and do not bubble: caught on their way down.
      for (const event of ["pageshow", "online", "resume", "visibilitychange"]) addEventListener(event, wake, true);
      connect();
    },
    /** For good. */
    end() {
      drop(CLOSE_REFUSED);
    },
    /** Tries at once, with a new socket. */
    connect,
    /** Asks again from what is known. */
    hello,
    /** @param {import("./protocol.js").ClientFrame} frame @returns {boolean} whether it left */
    send(frame) {
      if (status === "open" && !asking) transmit(frame);
      return status === "open" && !asking;
    },
  };
}
