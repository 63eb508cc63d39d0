/**
 * The line itself: one WebSocket that greets, beats, comes back after every drop and stops where coming back is useless.
 * Called by session.js, which gives the greeting and takes the frames. Knows close codes, nothing about messages.
 */

import { backoff } from "./backoff.js";
import { CLOSE_BAD_TOKEN, CLOSE_REFUSED, CLOSE_RESTARTING, CLOSE_TOO_LARGE, CLOSE_TOO_MANY, CLOSE_TOO_SLOW } from "./protocol.js";

const WELCOME_MS = 10_000;
const BEAT_MS = 25_000;
const REPLY_MS = 10_000;
/** A server that greets and drops at once must not be asked at full speed for ever. */
const STEADY_MS = 5_000;

/** Where the waiting starts after these closes: the higher, the more the visitors are spread out. */
/** @type {Record<number, number>} */
const EASE = { [CLOSE_RESTARTING]: 2, [CLOSE_TOO_SLOW]: 2, [CLOSE_TOO_LARGE]: 2, [CLOSE_TOO_MANY]: 5 };

/**
 * @typedef {"idle" | "connecting" | "open" | "waiting" | "stopped"} Status
 *
 * @typedef {object} Options
 * @property {string} url
 * @property {() => import("./protocol.js").ClientFrame} greet makes the hello of this try
 * @property {(frame: import("./protocol.js").ServerFrame) => void} onFrame
 * @property {(status: Status, code: number) => void} onStatus code is the close code when stopped, else the number of failed tries
 * @property {(code: number) => boolean} recover asked on 4401: whether one more try makes sense
 */

/** @param {Options} options */
export function createConnection({ url, greet, onFrame, onStatus, recover }) {
  /** @type {Status} */
  let status = "idle";
  /** @type {WebSocket | undefined} */
  let socket;
  let attempt = 0;
  let openedAt = 0;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let deadline;

  /** @param {Status} next @param {number} [code] */
  const become = (next, code = attempt) => {
    status = next;
    onStatus(next, code);
  };

  const clear = () => {
    clearTimeout(timer);
    clearTimeout(deadline);
    timer = deadline = undefined;
  };

  /** Lets go of the socket without waiting for its own goodbye, which a dead network never sends. */
  const release = () => {
    clear();
    const old = socket;
    socket = undefined;
    if (old) {
      old.onopen = old.onmessage = old.onclose = null;
      old.close();
    }
  };

  const connect = () => {
    release();
    become("connecting");
    try {
      socket = new WebSocket(url);
    } catch {
      // A page whose policy forbids the address throws here in some browsers.
      drop(0);
      return;
    }
    deadline = setTimeout(drop, WELCOME_MS, 0);
    socket.onopen = () => transmit(greet());
    socket.onmessage = (event) => receive(event.data);
    socket.onclose = (event) => drop(event.code);
  };

  /** @param {string} data */
  const receive = (data) => {
    const frame = parse(data);
    if (!frame) return;
    if (status === "open") {
      clearTimeout(deadline);
      deadline = undefined;
    } else if (frame.type === "welcome") {
      clear();
      openedAt = Date.now();
      timer = setTimeout(beat, BEAT_MS);
      become("open");
    }
    onFrame(frame);
  };

  const beat = () => {
    clearTimeout(timer);
    timer = setTimeout(beat, BEAT_MS);
    transmit({ type: "ping", t: Date.now() });
    deadline ??= setTimeout(drop, REPLY_MS, 0);
  };

  /** @param {number} code of the close, 0 if the line was found dead */
  const drop = (code) => {
    if (status === "open" && Date.now() - openedAt >= STEADY_MS) attempt = 0;
    release();
    if (code === CLOSE_REFUSED || (code === CLOSE_BAD_TOKEN && !recover(code))) return become("stopped", code);
    if (code === CLOSE_BAD_TOKEN) return connect();
    attempt = Math.max(attempt, EASE[code] || 0);
    wait(backoff(attempt));
    return undefined;
  };

  /** @param {number} ms */
  const wait = (ms) => {
    attempt++;
    timer = setTimeout(connect, ms);
    become("waiting");
  };

  /** @param {import("./protocol.js").ClientFrame} frame */
  const transmit = (frame) => socket?.send(JSON.stringify(frame));

  /** The network or the page is back: try now, or see whether the line still lives. */
  const wake = () => {
    if (status === "waiting") connect();
    else if (status === "open") beat();
  };

  const sleep = () => {
    if (status === "idle" || status === "stopped") return;
    release();
    become("idle");
  };

  const back = () => {
    if (status === "idle") connect();
    else wake();
  };

  const onVisible = () => {
    if (!document.hidden) wake();
  };

  return {
    start() {
      addEventListener("pagehide", sleep);
      addEventListener("pageshow", back);
      addEventListener("online", wake);
      document.addEventListener("resume", back);
      document.addEventListener("visibilitychange", onVisible);
      connect();
    },
    /** Asks again from what is known: a new greeting needs a new socket. */
    resync() {
      if (status !== "open") return;
      release();
      if (Date.now() - openedAt >= STEADY_MS) attempt = 0;
      if (attempt++) wait(backoff(attempt));
      else connect();
    },
    /** @param {import("./protocol.js").ClientFrame} frame @returns {boolean} whether it left */
    send(frame) {
      if (status !== "open") return false;
      transmit(frame);
      return true;
    },
    wake,
  };
}

/**
 * @param {string} data
 * @returns {import("./protocol.js").ServerFrame | undefined}
 */
function parse(data) {
  try {
    return JSON.parse(data);
  } catch {
    return undefined;
  }
}
