/**
 * What a person chose for this device: sound, notifications, time to take a reply back, keys; kept in this browser. And the
 * dialog that shows them. Called by page.js; read by the composer, the keyboard and alerts.js.
 */

import { openDialog } from "./dialog.js";
import { element } from "./nodes.js";
import { text } from "./text.js";

const KEPT = "kanal:inbox:settings";
/** Sound and notifications disturb, so they are off until wanted. Replies leave at once: a visitor waits, and five seconds on every reply is much. */
const DEFAULTS = { sound: false, notify: false, hold: false, shortcuts: true };

/** @typedef {typeof DEFAULTS} Choices @typedef {ReturnType<typeof openSettings>} Settings */

export function openSettings() {
  /** @type {Choices} */
  let choices = DEFAULTS;
  try {
    choices = { ...DEFAULTS, ...JSON.parse(localStorage.getItem(KEPT) || "{}") };
  } catch {
    // Denied or garbled: the defaults hold while the page lives.
  }
  return {
    get: () => choices,
    /** @param {Partial<Choices>} change */
    set(change) {
      choices = { ...choices, ...change };
      try {
        localStorage.setItem(KEPT, JSON.stringify(choices));
      } catch {
        // As above.
      }
    },
  };
}

/**
 * @param {object} parts
 * @param {Settings} parts.settings
 * @param {import("./session.js").Session} parts.session
 * @param {() => void} parts.trySound heard at once, so that one knows it
 * @param {() => Promise<boolean>} parts.askNotify
 */
export function showSettings({ settings, session, trySound, askNotify }) {
  const hint = element("p.quiet", { role: "status" });
  /** @param {string} words @param {boolean} on @param {(on: boolean, box: HTMLInputElement) => void} act */
  const check = (words, on, act) => {
    const box = element("input", { type: "checkbox", checked: on, onchange: () => act(box.checked, box) });
    return element("label.check", {}, box, words);
  };
  const { sound, notify, hold, shortcuts } = settings.get();
  openDialog(
    text.settings,
    check(text.sound, sound, (on) => {
      settings.set({ sound: on });
      if (on) trySound();
    }),
    check(text.notify, notify, async (on, box) => {
      const allowed = on && (await askNotify());
      box.checked = allowed;
      hint.textContent = on && !allowed ? text.notifyDenied : "";
      settings.set({ notify: allowed });
    }),
    check(text.hold, hold, (on) => settings.set({ hold: on })),
    check(text.shortcuts, shortcuts, (on) => settings.set({ shortcuts: on })),
    check(text.imAway, session.isAway(), session.setAway),
    hint,
  );
}
