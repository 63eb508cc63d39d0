/**
 * The markdown of an answer as blocks and inline tokens: plain data, no page needed. markdown_view.js makes nodes of them.
 * Knows what chat answers use: paragraphs, headings, lists, quotes, fenced code, rules; bold, italics, strike, code, links.
 */

/**
 * @typedef {object} Block
 * @property {"p" | "h" | "li" | "quote" | "code" | "hr"} kind
 * @property {string} text
 * @property {number} start where its source begins, in UTF-16 units: the place to parse on from
 * @property {number} depth of a list item
 * @property {string} number of an ordered item, empty for a bullet
 *
 * @typedef {string | {tag: "strong" | "em" | "del" | "code" | "a", text: string, children: Inline[], href: string}} Inline
 */

const FENCE = /^\s*(```+|~~~+)/;
const HEADING = /^ {0,3}#{1,6}\s+(.*?)\s*#*$/;
const RULE = /^ {0,3}([-*_])(\s*\1){2,}\s*$/;
const ITEM = /^(\s*)(?:[-*+•]|(\d{1,4})[.)])\s+(\S.*)$/;
const QUOTE = /^ {0,3}>\s?(.*)$/;

/**
 * @param {string} source
 * @param {number} [from] start of a block found earlier
 * @returns {Block[]}
 */
export function parseBlocks(source, from = 0) {
  /** @type {Block[]} */
  const blocks = [];
  /** @type {Block | undefined} */
  let open;
  let fence = "";
  let blank = false;
  let start = from;
  for (const line of source.slice(from).split("\n")) {
    const marker = FENCE.exec(line)?.[1];
    if (fence && open) {
      if (marker?.startsWith(fence)) {
        fence = "";
        open = undefined;
      } else open.text += (open.text && "\n") + line;
    } else if (marker) {
      fence = marker;
      blocks.push((open = block("code", "", start)));
    } else if (!line.trim()) {
      blank = true;
    } else {
      const next = read(line, start);
      if (open && next.kind === "p" && continues(open, line, blank)) open.text += "\n" + line.trim();
      else if (open && next.kind === "quote" && open.kind === "quote" && !blank) open.text += "\n" + next.text;
      else blocks.push((open = next));
      blank = false;
    }
    start += line.length + 1;
  }
  return blocks;
}

/** @param {Block} open @param {string} line @param {boolean} blank */
function continues(open, line, blank) {
  return blank ? open.kind === "li" && /^\s{2,}/.test(line) : open.kind === "p" || open.kind === "li" || open.kind === "quote";
}

/** @param {string} line @param {number} start @returns {Block} */
function read(line, start) {
  let match;
  if ((match = HEADING.exec(line))) return block("h", match[1], start);
  if (RULE.test(line)) return block("hr", "", start);
  if ((match = ITEM.exec(line))) return { ...block("li", match[3], start), depth: Math.min(3, match[1].length >> 1), number: match[2] || "" };
  if ((match = QUOTE.exec(line))) return block("quote", match[1], start);
  return block("p", line.trim(), start);
}

/** @param {Block["kind"]} kind @param {string} text @param {number} start @returns {Block} */
const block = (kind, text, start) => ({ kind, text, start, depth: 0, number: "" });

const INLINE = [
  String.raw`\\([!-/:-@[-\x60{-~])`, // 1 escaped
  String.raw`(\x60+)([^]*?[^\x60])\2(?!\x60)`, // 2, 3 code
  String.raw`(!?)\[([^\]\n]*)\]\(\s*([^\s)]*)[^)\n]*\)`, // 4 image, 5 label, 6 address
  String.raw`(\*\*|__)(?=\S)([^]*?\S)\7`, // 7, 8 strong
  String.raw`([*_])(?=[^\s*_])([^*_]*?[^\s*_])\9(?!\w)`, // 9, 10 emphasis
  String.raw`~~(?=\S)([^]*?\S)~~`, // 11 strike
  String.raw`(https?:\/\/[^\s<>"]+)`, // 12 bare address
].join("|");

/**
 * @param {string} source text of one block
 * @returns {Inline[]}
 */
export function parseInline(source) {
  /** @type {Inline[]} */
  const found = [];
  let end = 0;
  /** @param {Inline} token @param {number} from @param {number} to */
  const push = (token, from, to) => {
    if (from > end) found.push(source.slice(end, from));
    found.push(token);
    end = to;
  };
  const scan = new RegExp(INLINE, "g");
  for (let match; (match = scan.exec(source)); ) {
    const [all, escaped, , code, image, label, address, , strong, mark, em, strike, bare] = match;
    const { index } = match;
    const to = index + all.length;
    if (escaped) push(escaped, index, to);
    else if (code !== undefined) push(inline("code", code.trim() || code), index, to);
    else if (label !== undefined) push(image ? label : link(label, address), index, to);
    else if (strong) push(inline("strong", strong), index, to);
    else if (em && /\w/.test(source[index - 1] || "")) scan.lastIndex = index + mark.length;
    else if (em) push(inline("em", em), index, to);
    else if (strike) push(inline("del", strike), index, to);
    else {
      const url = bare.replace(/[.,;:!?'*_~)\]]+$/, (tail) => (tail[0] === ")" && bare.includes("(") ? ")" : ""));
      push(link(url, url), index, (scan.lastIndex = index + url.length));
    }
  }
  if (end < source.length) found.push(source.slice(end));
  return found;
}

/** @param {"strong" | "em" | "del" | "code"} tag @param {string} text @returns {Inline} */
const inline = (tag, text) => ({ tag, text, children: tag === "code" ? [text] : parseInline(text), href: "" });

/**
 * A link whose words name another host than it leads to shows the real one; what may not be linked stays text.
 * @param {string} label
 * @param {string} address
 * @returns {Inline}
 */
function link(label, address) {
  const words = label.replace(/[\u202a-\u202e\u2066-\u2069]/g, "");
  const url = safeUrl(address);
  if (!url) return words;
  const posing = /[\w-]\.[a-z]{2}/i.test(words) && url.host && !words.toLowerCase().includes(url.host);
  const shown = posing ? `${words} (${url.host})` : words || address;
  return { tag: "a", text: shown, children: [shown], href: url.href };
}

/**
 * @param {string} address
 * @returns {URL | undefined} only what a chat may link to, and never with a user name that poses as a host
 */
export function safeUrl(address) {
  try {
    const url = new URL(address);
    return /^(https?|mailto|tel):$/.test(url.protocol) && !url.username && !url.password ? url : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The last block while it is still being written: closes what is open, so that no marker flickers up.
 * @param {string} source
 */
export function closeOpen(source) {
  let text = source.replace(/!?\[([^\]\n]*)(\](\([^)\n]*)?)?$/, "$1").replace(/[*_`~]+$/, "");
  for (const marker of ["`", "**"]) if (text.split(marker).length % 2 === 0) text += marker;
  return text;
}

/**
 * For a screen reader: the words without the markers.
 * @param {string} source
 */
export function plain(source) {
  return source.replace(/!?\[([^\]\n]*)\]\([^)\n]*\)/g, "$1").replace(/(^|\s)[#>]+ |[*`~]+|\b__|__\b/g, "$1");
}
