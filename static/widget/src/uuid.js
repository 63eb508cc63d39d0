/**
 * Client ids of messages: UUID version 4 from getRandomValues, since randomUUID is missing on plain http pages.
 * Called by outbox.js; calls nothing.
 */

const PATTERN = "xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";

/** @returns {string} */
export function uuid() {
  return PATTERN.replace(/x/g, () => (crypto.getRandomValues(new Uint8Array(1))[0] & 15).toString(16));
}
