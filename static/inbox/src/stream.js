/**
 * The line where WebSockets are blocked: frames come as a stream of events, own frames go by posts. Looks like a WebSocket to
 * line.js, which opens it. Posts leave one after the other, so the order holds.
 */

/**
 * @param {{events: string, frames: string, csrf: string}} options
 * @returns {import("./line.js").Transport}
 */
export function openStream({ events, frames, csrf }) {
  const gone = new AbortController();
  /** What waits to be posted. @type {string[]} */
  let waiting = [];
  let posting = false;
  let greeted = false;

  /** @param {string} address @param {string} body */
  const post = (address, body) =>
    fetch(address, { method: "POST", body, headers: { "Content-Type": "application/json", "X-CSRFToken": csrf }, credentials: "same-origin", signal: gone.signal });

  /** @param {number} code */
  const end = (code) => {
    if (gone.signal.aborted) return;
    gone.abort();
    stream.onclose?.({ code });
  };

  /** @param {string} data */
  const take = (data) => {
    const frame = JSON.parse(data);
    if (frame.type === "closed") end(frame.code);
    else stream.onmessage?.({ data });
  };

  /** @param {string} hello */
  const listen = async (hello) => {
    try {
      const answer = await post(events, hello);
      if (!answer.ok || !answer.body) return end(answer.status === 403 ? 4403 : 1006);
      const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
      let rest = "";
      for (;;) {
        const { value, done } = await reader.read();
        if (done) return end(1006);
        const parts = (rest + value).split("\n\n");
        rest = /** @type {string} */ (parts.pop());
        for (const part of parts) for (const line of part.split("\n")) if (line.startsWith("data:")) take(line.slice(5).trim());
      }
    } catch {
      end(1006);
    }
  };

  const pump = async () => {
    if (posting) return;
    posting = true;
    try {
      while (waiting.length) {
        const batch = waiting.splice(0, 20);
        const answer = await post(frames, `[${batch.join(",")}]`);
        if (!answer.ok) return end(answer.status === 403 ? 4401 : 1006);
        for (const frame of await answer.json()) take(JSON.stringify(frame));
      }
    } catch {
      end(1006);
    } finally {
      posting = false;
    }
  };

  /** @type {import("./line.js").Transport} */
  const stream = {
    onopen: null,
    onmessage: null,
    onclose: null,
    send(text) {
      if (!greeted) {
        greeted = true;
        listen(text);
        return;
      }
      waiting.push(text);
      pump();
    },
    close: () => gone.abort(),
  };
  queueMicrotask(() => stream.onopen?.());
  return stream;
}
