/**
 * The markdown of an answer as blocks and inline tokens: plain data, no page needed. Called by markdown_view.js, which makes
 * nodes of them. Knows what chat answers use: paragraphs, headings, lists, quotes, rules, fenced code; bold, italics, strike,
 * code, links. Pictures are only their words.
 */

/**
 * @typedef {object} Block
 * @property {"p" | "h" | "li" | "quote" | "hr" | "code"} kind
 * @property {string} text
 * @property {number} start where its source begins, in UTF-16 units: the place to parse on from
 * @property {number} [depth] of a list item
 * @property {string} [number] of an ordered item
 *
 * @typedef {string | {tag: "strong" | "em" | "del" | "code" | "a", text: string, href?: string}} Inline
 */

const FENCE = /^\s*```/;
const ITEM = /^(\s*)(?:[-*+•]|(\d{1,4})[.)])\s+(?=\S)/;
/** @type {[Block["kind"], RegExp][]} */
const SIGNS = [
  ["hr", /^\s*([-*_])(\s*\1){2,}\s*$/],
  ["h", /^\s*#{1,6}\s+/],
  ["quote", /^\s*>\s?/],
];

/**
 * @param {string} source
 * @param {number} [from] start of a block found earlier
 * @returns {Block[]}
 */
export function parseBlocks(source, from = 0) {
  /** @type {Block[]} */
  const blocks = [];
  /** What the next line may belong to. @type {Block | undefined} */
  let open;
  let fenced = false;
  let start = from;
  for (const line of source.slice(from).split("\n")) {
    const next = read(line, start);
    if (FENCE.test(line)) {
      fenced = !fenced;
      open = fenced ? { kind: "code", text: "", start } : undefined;
      if (open) blocks.push(open);
    } else if (fenced && open) {
      open.text += (open.text && "\n") + line;
    } else if (!line.trim()) {
      // An indented line after an empty one still belongs to its list item.
      if (open?.kind !== "li" || !/^\n+[ \t]+\S/.test(source.slice(start + line.length))) open = undefined;
    } else if (open && open.kind !== "hr" && open.kind !== "h" && (next.kind === "p" || (next.kind === "quote" && open.kind === "quote"))) {
      open.text += "\n" + next.text;
    } else {
      blocks.push((open = next));
    }
    start += line.length + 1;
  }
  return blocks;
}

/** @param {string} line @param {number} start @returns {Block} */
function read(line, start) {
  for (const [kind, sign] of SIGNS) if (sign.test(line)) return { kind, text: line.replace(sign, ""), start };
  const [marker, indent, number] = ITEM.exec(line) || [""];
  return marker ? { kind: "li", text: line.slice(marker.length), start, depth: indent.length >> 1, number } : { kind: "p", text: line.trim(), start };
}

/**
 * A sign inside a word, an escaped one, code, a picture or link, bold, italics, strike, a bare address. The lengths are
 * bounded, so that hostile text costs no more than linear time.
 */
const INLINE =
  /\w[*_](?=\w)|\\([^\w\s])|(`{1,2})([^]{0,500}?[^`])\2(?!`)|(!?)\[([^\]\n]{0,500})\]\(\s*([^\s)]{0,900})(?:\s[^)\n]{0,99})?\)|(\*\*|__)(?=\S)([^]{0,900}?\S)\7|([*_])(?=[^\s*_])([^*_]{0,500}[^\s*_])\9(?!\w)|~~(?=\S)([^]{0,500}?\S)~~|(https?:\/\/[^\s<>"]{0,900}[^\s<>".,;:!?'*_~)\]])/g;

/**
 * @param {string} source text of one block
 * @returns {Inline[]}
 */
export function parseInline(source) {
  /** @type {Inline[]} */
  const found = [];
  let end = 0;
  for (const match of source.matchAll(INLINE)) {
    const [all, escaped, , code, image, label, address, , strong, , em, strike, bare] = match;
    const token = escaped || (code && tag("code", code)) || (strong && tag("strong", strong)) || (em && tag("em", em)) || (strike && tag("del", strike)) || (bare && tag("a", bare, bare)) || (label !== undefined && (image ? label : tag("a", label, address)));
    if (token === false) continue;
    found.push(source.slice(end, match.index), token);
    end = (match.index || 0) + all.length;
  }
  return [...found, source.slice(end)].filter(Boolean);
}

/** @param {"strong" | "em" | "del" | "code" | "a"} name @param {string} text @param {string} [href] @returns {Inline} */
const tag = (name, text, href) => ({ tag: name, text, href });

/**
 * The last block while it is still being written: closes what is open, so that no sign flickers up.
 * @param {string} source
 */
export function closeOpen(source) {
  let text = source.replace(/!?\[([^\]\n]{0,500})(\](\([^)\n]{0,900})?)?$/, "$1").replace(/[*_`~]{1,3}$/, "");
  for (const sign of ["`", "**"]) if (text.split(sign).length % 2 === 0) text += sign;
  return text;
}
