/**
 * What tells a person that something happened while they look elsewhere: a sound, the page's title and icon, a notification of
 * the device. Called by page.js for each change of the list.
 */

import { nameOf } from "./names.js";
import { fill, text } from "./text.js";

/**
 * @typedef {{waiting: boolean, item: import("./frames.js").Item}} News
 */

/** A wait that began longer ago than this is no news. */
const FRESH_MS = 60_000;

/**
 * What of a change is worth a call: who begins to wait, and who writes to somebody whom this person answers.
 * @param {import("./store.js").State} before
 * @param {import("./frames.js").Item[]} changed
 * @param {(id: string) => boolean} inView whether one looks at it
 * @param {Map<string, import("./frames.js").Item>} known the last state of each that was seen
 * @param {number} [now]
 * @returns {News[]}
 */
export function newsOf({ ready }, changed, inView, known, now = Date.now()) {
  /** @type {News[]} */
  const news = [];
  for (const item of changed) {
    const old = known.get(item.conversation);
    known.set(item.conversation, item);
    const waits = item.handler === "waiting" && !item.closed_at;
    // One never seen before may have waited for long and change for another reason.
    const before = old ? old.handler === "waiting" && old.waiting_since === item.waiting_since : now - Date.parse(item.waiting_since || item.last_at) > FRESH_MS;
    const began = waits && !before;
    const mine = item.handler === "human" && item.operator?.id === ready?.me.id && !item.closed_at;
    const wrote = (mine || waits) && item.last?.author === "visitor" && Boolean(old && old.seq < item.seq);
    if ((began || wrote) && !inView(item.conversation)) news.push({ waiting: began, item });
  }
  return news;
}

/**
 * @param {object} parts
 * @param {import("./settings.js").Settings} parts.settings
 * @param {(id: string) => void} parts.open
 * @param {string} parts.icon address of the plain icon
 * @param {string} parts.iconDot the same with a dot
 */
export function createAlerts({ settings, open, icon, iconDot }) {
  const title = document.title;
  const link = document.querySelector("link[rel=icon]");
  /** @type {AudioContext | undefined} */
  let audio;

  // A browser lets nothing sound before the first touch of the page.
  const wake = () => {
    if (settings.get().sound) audio ||= new AudioContext();
    audio?.resume();
  };
  for (const event of ["pointerdown", "keydown"]) addEventListener(event, wake, { passive: true });

  /** Two short tones, the second higher. */
  const beep = () => {
    wake();
    if (!audio || audio.state !== "running") return;
    [660, 880].forEach((tone, i) => {
      const start = /** @type {AudioContext} */ (audio).currentTime + i * 0.14;
      const swing = new OscillatorNode(/** @type {AudioContext} */ (audio), { frequency: tone });
      const loudness = new GainNode(/** @type {AudioContext} */ (audio), { gain: 0 });
      loudness.gain.setValueAtTime(0, start);
      loudness.gain.linearRampToValueAtTime(0.12, start + 0.02);
      loudness.gain.exponentialRampToValueAtTime(0.001, start + 0.13);
      swing.connect(loudness).connect(/** @type {AudioContext} */ (audio).destination);
      swing.start(start);
      swing.stop(start + 0.14);
    });
  };

  /** @param {News} news */
  const notify = ({ waiting, item }) => {
    if (!settings.get().notify || !document.hidden || Notification.permission !== "granted") return;
    const words = fill(waiting ? text.alertWaiting : text.alertMessage, { name: nameOf(item) });
    try {
      const shown = new Notification(words, { body: item.last?.text?.slice(0, 120), tag: item.conversation, icon });
      shown.onclick = () => {
        focus();
        shown.close();
        open(item.conversation);
      };
    } catch {
      // Phones show notifications of installed apps only: those come by push.
    }
  };

  return {
    beep() {
      wake();
      // The context just made is running a moment later.
      setTimeout(beep, 50);
    },
    /** @param {News[]} news */
    tell(news) {
      if (news.length && settings.get().sound) beep();
      news.forEach(notify);
    },
    /** @param {number} count who wait, and what is unread of one's own */
    count(count) {
      document.title = count ? `(${count}) ${title}` : title;
      const address = count ? iconDot : icon;
      if (link?.getAttribute("href") !== address) link?.setAttribute("href", address);
    },
    /** Asks the browser; true when notifications may come. */
    async ask() {
      return "Notification" in globalThis && (await Notification.requestPermission()) === "granted";
    },
  };
}
