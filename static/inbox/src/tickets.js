/**
 * Fetches what a greeting needs: a ticket for one connection, given to this session only. Called by line.js through page.js.
 */

import { CLOSE_REFUSED, CLOSE_SIGNED_OUT } from "./frames.js";
import { OTHER_PERSON, TurnedAwayError } from "./line.js";

/** @typedef {import("./frames.js").Person} Person */

/**
 * @param {object} page what the server wrote into it
 * @param {string} page.address
 * @param {number} page.me whom the page was made for
 * @param {string} page.csrf
 */
export function openTickets({ address, me, csrf }) {
  let token = csrf;

  /** @param {RequestInit} options */
  const ask = async (options) => {
    const answer = await fetch(address, { credentials: "same-origin", redirect: "manual", cache: "no-store", ...options });
    // A redirect that may not be followed leads to the sign-in page.
    if (answer.type === "opaqueredirect" || answer.status === 401) throw new TurnedAwayError(CLOSE_SIGNED_OUT);
    return answer;
  };
  const post = () => ask({ method: "POST", headers: { "X-CSRFToken": token, Accept: "application/json" } });

  /** Signing in again, here or in another tab, makes a new token: whoever did so goes on with it if it is the same person. */
  const renew = async () => {
    const answer = await ask({ headers: { Accept: "application/json" } });
    if (answer.status === 403) throw new TurnedAwayError(CLOSE_REFUSED);
    if (!answer.ok) throw new Error(`who: ${answer.status}`);
    const now = await answer.json();
    if (now.me.id !== me) throw new TurnedAwayError(OTHER_PERSON, now.me.name);
    token = now.csrf;
  };

  return {
    csrf: () => token,
    /** @returns {Promise<string>} rejects with TurnedAwayError when one has to sign in, may not, or is somebody else; with another error when the server is away */
    async fetch() {
      let answer = await post();
      if (answer.status === 403) {
        await renew();
        answer = await post();
      }
      if (answer.status === 403) throw new TurnedAwayError(CLOSE_REFUSED);
      if (!answer.ok) throw new Error(`ticket: ${answer.status}`);
      return (await answer.json()).ticket;
    },
  };
}
