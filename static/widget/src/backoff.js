/**
 * How long to wait before the next try: exponential with full jitter, so that many visitors do not come back at once.
 * Called by connection.js; calls nothing.
 */

import { FIRST_WAIT_MS, LONGEST_WAIT_MS } from "./limits.js";

/**
 * @param {number} attempt 0 for the first try after a drop
 * @param {() => number} [random] in [0, 1)
 * @returns {number} milliseconds, between 0 and the doubled limit of this attempt
 */
export function backoff(attempt, random = Math.random) {
  return random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt);
}
