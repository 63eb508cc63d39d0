/**
 * Times as people read them, and the clock that lets waiting times count on without drawing anything else again. Called by
 * the views; the language is the page's.
 */

import { fill, text } from "./text.js";

const DAY = 86_400_000;

/** @param {number} ms @returns {string} "3 min" */
export function span(ms) {
  const minutes = Math.floor(Math.max(ms, 0) / 60_000);
  if (minutes < 1) return fill(text.ago.second, { n: Math.floor(Math.max(ms, 0) / 1000) });
  if (minutes < 60) return fill(text.ago.minute, { n: minutes });
  return minutes < 1440 ? fill(text.ago.hour, { n: Math.floor(minutes / 60) }) : fill(text.ago.day, { n: Math.floor(minutes / 1440) });
}

/** @param {string} at @returns {string} "14:05" */
export const clock = (at) => new Date(at).toLocaleTimeString(text.locale, { timeStyle: "short" });

/** @param {string} at @param {number} [now] @returns {string} the time today, else the day */
export function shortTime(at, now = Date.now()) {
  const date = new Date(at);
  if (date.toDateString() === new Date(now).toDateString()) return clock(at);
  return date.toLocaleDateString(text.locale, { day: "numeric", month: "short" });
}

/** @param {string} at @param {number} [now] */
export function dayName(at, now = Date.now()) {
  const date = new Date(at);
  for (const [ago, name] of /** @type {const} */ ([[0, text.today], [1, text.yesterday]])) {
    if (date.toDateString() === new Date(now - ago * DAY).toDateString()) return name;
  }
  return date.toLocaleDateString(text.locale, { weekday: "long", day: "numeric", month: "long" });
}

/** @param {string} at */
export const fullTime = (at) => new Date(at).toLocaleString(text.locale, { dateStyle: "medium", timeStyle: "short" });

/** Every element that waits says since when in data-since, and in data-patience after how many minutes that is too long; their words follow the clock. @param {ParentNode} root */
export function tick(root) {
  for (const node of /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll("[data-since]"))) {
    const waited = Date.now() - Date.parse(node.dataset.since || "");
    const overdue = isOverdue(waited, Number(node.dataset.patience));
    const words = fill(overdue ? text.waitsTooLong : text.waits, { time: span(waited) });
    if (node.textContent !== words) node.textContent = words;
    node.classList.toggle("long", overdue);
  }
}

/** @param {number} waited in milliseconds @param {number} patience in minutes; 0: not known */
export const isOverdue = (waited, patience) => patience > 0 && waited >= patience * 60_000;
