/**
 * What makes a reply worth a question before it leaves: words of a note, or a gap of a saved reply that nothing filled. Pure.
 * Called by composer.js.
 */

/** Shorter than this, a note's words stand in any reply by chance; and so does a reply in a note. */
const SHORTEST_NOTE = 4;
const SHORTEST_PIECE = 16;

/** @param {string} words */
const plain = (words) => words.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();

/**
 * Whether a reply holds a whole note, or is a piece of one; however it was broken into lines when it was copied.
 * @param {string} reply
 * @param {string[]} notes
 */
export function isFromNote(reply, notes) {
  const words = plain(reply);
  return notes.map(plain).some((note) => (note.length >= SHORTEST_NOTE && words.includes(note)) || (words.length >= SHORTEST_PIECE && note.includes(words)));
}

/** The first gap that is still open, as it is written: "{diskon}". @param {string} reply */
export const openGap = (reply) => /\{[\p{L}_][\p{L}\d_ ]{0,30}\}/u.exec(reply)?.[0] || "";
