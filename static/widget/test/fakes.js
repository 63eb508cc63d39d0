// A page and a WebSocket that tests play the other side of, as far as this widget uses them.

/** The other end of every socket a test opens, newest last. @type {FakeSocket[]} */
export const sockets = [];

export class FakeSocket {
  /** @param {string} url */
  constructor(url) {
    this.url = url;
    /** @type {any[]} */
    this.sent = [];
    this.closed = false;
    /** @type {any} */
    this.onopen = this.onmessage = this.onclose = null;
    sockets.push(this);
  }
  /** @param {string} text */
  send(text) {
    this.sent.push(JSON.parse(text));
  }
  close() {
    this.closed = true;
  }
  /** The handshake succeeds. */
  accept() {
    this.onopen?.({});
  }
  /** @param {any[]} frames */
  give(...frames) {
    for (const frame of frames) this.onmessage?.({ data: JSON.stringify(frame) });
  }
  /** @param {number} [code] */
  drop(code = 1006) {
    this.onclose?.({ code });
  }
  /** @param {string} type */
  frames(type) {
    return this.sent.filter((frame) => frame.type === type);
  }
}

/** Puts the globals in place that the line and the session use; returns the events' source. */
export function setPage() {
  const page = new EventTarget();
  sockets.length = 0;
  Object.assign(globalThis, {
    WebSocket: FakeSocket,
    localStorage: {},
    location: { href: "https://toko.test/produk#ulasan" },
    document: { hidden: false, title: "Produk" },
    addEventListener: page.addEventListener.bind(page),
  });
  return { fire: (/** @type {string} */ name) => page.dispatchEvent(new Event(name)), hide: (/** @type {boolean} */ hidden) => Object.assign(document, { hidden }) };
}

export const latest = () => sockets[sockets.length - 1];

export const site = { name: "Toko", policy: "https://toko.test/privasi", retention_days: 180, address: "Kak" };

/** @param {object} [more] */
export const welcome = (more = {}) => ({ type: "welcome", token: "token-1", conversation: "c", seq: 0, first: 0, reset: false, handler: "bot", messages: [], site, ...more });
