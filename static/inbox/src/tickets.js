/**
 * Fetches what a greeting needs: a ticket for one connection, given to this session only. Called by line.js through page.js.
 */

import { CLOSE_REFUSED, CLOSE_SIGNED_OUT } from "./frames.js";
import { TurnedAwayError } from "./line.js";

/**
 * @param {string} address
 * @param {string} csrf
 * @returns {Promise<string>} rejects with TurnedAwayError when one has to sign in or may not, with another error when the server is away
 */
export async function fetchTicket(address, csrf) {
  const answer = await fetch(address, { method: "POST", headers: { "X-CSRFToken": csrf, Accept: "application/json" }, credentials: "same-origin", redirect: "manual" });
  // A redirect that may not be followed leads to the sign-in page.
  if (answer.type === "opaqueredirect" || answer.status === 401) throw new TurnedAwayError(CLOSE_SIGNED_OUT);
  if (answer.status === 403) throw new TurnedAwayError(CLOSE_REFUSED);
  if (!answer.ok) throw new Error(`ticket: ${answer.status}`);
  return (await answer.json()).ticket;
}
