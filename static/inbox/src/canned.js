/**
 * Saved replies: which of them fit what was typed after a "/", and their words with the gaps filled. Pure; the server fills the
 * same gaps by the same rule (conversations/canned.py), and unknown ones stay as they are. Called by canned_view.js.
 */

/**
 * What is looked for when the text before the cursor ends in a "/word" that begins it or follows a space.
 * @param {string} words
 * @param {number} cursor
 * @returns {{from: number, query: string} | undefined}
 */
export function slashAt(words, cursor) {
  const found = /(?:^|\s)\/([^\s/]*)$/.exec(words.slice(0, cursor));
  return found ? { from: cursor - found[1].length - 1, query: found[1].toLowerCase() } : undefined;
}

/** A name is one line: controls of any kind have no place in it. */
const NOT_IN_NAMES = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g;

/**
 * Those of the site and those of all sites, where the site has none of the same shortcut; a shortcut that begins so comes before a
 * title or text that holds it.
 * @param {import("./frames.js").Canned[]} all
 * @param {number} site
 * @param {string} query
 */
export function matching(all, site, query) {
  const own = new Set(all.filter((one) => one.site === site).map(({ shortcut }) => shortcut));
  const ours = all.filter((one) => one.site === site || (one.site == null && !own.has(one.shortcut)));
  const first = ours.filter(({ shortcut }) => shortcut.toLowerCase().startsWith(query));
  const rest = query ? ours.filter((one) => !first.includes(one) && `${one.title}\n${one.text}`.toLowerCase().includes(query)) : [];
  return [...first, ...rest].slice(0, 8);
}

/**
 * A gap that is empty takes the space before it along.
 * @param {string} words
 * @param {Record<string, string>} gaps name, me, site
 */
export const fillGaps = (words, gaps) =>
  words.replace(/( ?)\{(name|me|site)\}/g, (_gap, space, name) => {
    const filled = (gaps[name] || "").replace(NOT_IN_NAMES, " ").replace(/\s+/g, " ").trim();
    return filled && space + filled;
  });
