/**
 * Whether the newest message asks to choose from a list. Called by choices_view.js; pure.
 */

import { lastOf } from "./store.js";

/**
 * The titles to choose from, for as long as nothing was said or sent since; quiet lines do not count.
 * @param {import("./store.js").State} state
 * @returns {string[] | undefined}
 */
export const openChoices = (state) => (state.pending[0] || state.reply ? undefined : lastOf(state)?.choices);
