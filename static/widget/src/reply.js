/**
 * The answer that is being written: text and its length in Unicode code points, which offsets on the line count.
 * Called by store.js; pure.
 */

/** @typedef {{id: string, text: string, length: number}} Reply */

/**
 * @param {Reply | undefined} reply
 * @param {string} id
 * @returns {Reply} the same answer if it is this one, else a new one
 */
export function begin(reply, id) {
  return reply?.id === id ? reply : { id, text: "", length: 0 };
}

/**
 * @param {Reply} reply
 * @param {number} offset where the piece begins
 * @param {string} text
 * @returns {Reply | undefined} none if something in between is missing
 */
export function join({ id, text: known, length }, offset, text) {
  const tail = [...text].slice(length - offset);
  return offset > length ? undefined : { id, text: known + tail.join(""), length: length + tail.length };
}
