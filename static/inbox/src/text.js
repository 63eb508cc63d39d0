/**
 * The page's sentences in the language of the document; only that language is fetched. Every view takes its words from here.
 */

const language = globalThis.document?.documentElement.lang === "id" ? "id" : "en";

export const text = /** @type {typeof import("./lang/en.js")} */ (await import(`./lang/${language}.js`));

/**
 * Puts words into the gaps of a sentence.
 * @param {string} sentence
 * @param {Record<string, string | number>} words
 */
export function fill(sentence, words) {
  return sentence.replace(/\{(\w+)\}/g, (gap, name) => (name in words ? String(words[name]) : gap));
}
