/**
 * The numbers this page lives by, times in milliseconds. Read by the modules that keep to them; those of the line are the widget's.
 */

export const LIST_ROWS = 30;
export const PAGE_ROWS = 50;
/** A search begins when the typing rests. */
export const SEARCH_MS = 250;
/** How long an action can be taken back, and a reply where the owner wants that. */
export const UNDO_MS = 5_000;
/** A typing sign is renewed this often and ends by itself after the other. */
export const TYPING_EVERY_MS = 3_000;
export const TYPING_ENDS_MS = 5_000;
export const VISITOR_TYPING_MS = 8_000;
/** So many sockets in a row that never said a word are blocked by the network: the other transport is tried. */
export const BLOCKED_TRIES = 2;
/** "Could not be stored now": tried again after this. */
export const AGAIN_MS = 2_000;
/** Refused at the door so often in a row though the ticket was given: coming back is useless. */
export const REFUSALS = 3;
/** Nearer to the end of the talk than this counts as being there. */
export const NEAR_PX = 64;
/** Below this the list and the conversation are two screens (the same number stands in frame.css and inbox.css). */
export const PHONE = "(max-width: 899px)";
