/**
 * What stands in for a WebSocket where a network refuses it: frames come as a stream read by fetch, or by one answer at a time where something on
 * the way holds streams back, and leave by posts, one after the other. A module of its own, loaded by connection.js; behaves as a socket does.
 */

import { HELD_BACK_MS, SILENT_MS } from "./limits.js";
import { CLOSE_LOST, FRAMES_AT_ONCE } from "./protocol.js";

/** Learned once per page: streams do not come through here. */
let poll = false;

/**
 * @param {string} url of the socket
 * @param {() => import("./protocol.js").ClientFrame} greet makes the hello of this moment
 */
export function open(url, greet) {
  const base = url.replace(/^ws(.*)\/ws\//, "http$1/");
  /** @type {string[]} */
  let waiting = [];
  let hello = "";
  let token = "";
  let handler = "";
  let posting = false;
  let heard = 0;
  let timer = 0;
  let stream = new AbortController();

  /** @param {number} code */
  const drop = (code) => {
    line.close();
    line.onclose?.({ code });
  };

  /** @param {any} frame */
  const take = (frame) => {
    if (frame.type === "closed") return drop(frame.code);
    token = frame.token || token;
    handler = frame.handler || handler;
    line.onmessage?.({ data: JSON.stringify(frame) });
  };

  /** @param {string} way @param {string} body @param {AbortSignal} [signal] */
  const ask = async (way, body, signal) => {
    const answer = await fetch(`${base}/${way}`, { method: "POST", body, signal, headers: way === "frames" ? { Authorization: `Bearer ${token}` } : {}, cache: "no-store", credentials: "omit" });
    if (!answer.ok) throw answer;
    return answer;
  };

  /** @param {string} first the hello that begins it */
  const listen = async (first) => {
    stream.abort();
    const { signal } = (stream = new AbortController());
    hello = first;
    clearTimeout(timer);
    timer = /** @type {any} */ (
      setTimeout(() => {
        poll = true;
        listen(hello);
      }, poll ? SILENT_MS : HELD_BACK_MS)
    );
    let whole = false;
    try {
      const answer = await ask("events", poll ? first.replace("{", '{"poll":1,') : first, signal);
      const reader = /** @type {ReadableStream<Uint8Array>} */ (answer.body).getReader();
      const decoder = new TextDecoder();
      let rest = "";
      for (let { done, value } = await reader.read(); !done; { done, value } = await reader.read()) {
        clearTimeout(timer);
        heard = Date.now();
        const events = (rest + decoder.decode(value, { stream: true })).split("\n\n");
        rest = events.pop() || "";
        for (const event of events) if (event[0] === "d" && !signal.aborted) take(JSON.parse(event.slice(6)));
      }
      whole = poll;
    } catch {
      // As an end without a reason.
    }
    if (signal.aborted) return;
    if (whole) listen(JSON.stringify({ handler, ...greet() }));
    else drop(CLOSE_LOST);
  };

  /** One post at a time, so that the order holds; without its answer the line is lost, and all is asked again. */
  const post = async () => {
    if (posting) return;
    posting = true;
    try {
      while (waiting[0]) {
        const answer = await ask("frames", `[${[hello, ...waiting.splice(0, FRAMES_AT_ONCE)]}]`);
        (await answer.json()).forEach(take);
      }
    } catch {
      drop(CLOSE_LOST);
    }
    posting = false;
  };

  const line = {
    /** @type {((event: any) => void) | null} */
    onopen: null,
    /** @type {((event: any) => void) | null} */
    onmessage: null,
    /** @type {((event: any) => void) | null} */
    onclose: null,
    /** @param {string} text */
    send(text) {
      const { type } = JSON.parse(text);
      if (type === "hello") listen(text);
      // A beat: what comes by the stream shows that it lives, also where nobody speaks.
      else if (type === "ping") Date.now() - heard < SILENT_MS && take({ type: "pong" });
      else waiting.push(text) && post();
    },
    close() {
      clearTimeout(timer);
      stream.abort();
      waiting = [];
    },
  };
  queueMicrotask(() => line.onopen?.({}));
  return line;
}
