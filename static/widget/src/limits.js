/**
 * The numbers this widget lives by, times in milliseconds. Read by the modules that keep to them.
 */

/** A line without its welcome, or without an answer to a beat, is dead after this. */
export const REPLY_MS = 10_000;
/** Where sockets are refused some networks say nothing at all: until one was ever welcomed, the first tries get no longer than this to open. */
export const HANDSHAKE_MS = 4_000;
/** A stream without a byte after this is being held back by something on the way. */
export const HELD_BACK_MS = 5_000;
/** A stream speaks every 15 s, a poll ends after 25 s: who is silent longer is gone. */
export const SILENT_MS = 30_000;
export const BEAT_MS = 25_000;
/** A server that greets and drops at once must not be asked at full speed for ever: only this long a line resets the waiting. */
export const STEADY_MS = 5_000;
export const FIRST_WAIT_MS = 500;
export const LONGEST_WAIT_MS = 30_000;
/** So many failed tries until another way is offered. */
export const MANY_TRIES = 3;

/** How often the other side hears that the visitor is writing. */
export const TYPING_EVERY_MS = 3_000;
/** A typing sign whose end was lost goes by itself. */
export const TYPING_MS = 8_000;
/** Rows asked for at once. */
export const PAGE_ROWS = 50;

/** Nearer to the end of the talk than this counts as being there. */
export const NEAR_PX = 48;
/** Messages of one side within this time share one line below. */
export const GROUP_MS = 300_000;
export const DAY_MS = 86_400_000;
/** Lines kept for a screen reader, so that two in one moment are both read. */
export const HEARD_LINES = 3;
