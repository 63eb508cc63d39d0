import assert from "node:assert/strict";
import { test } from "node:test";
import { closeOpen, parseBlocks, parseInline } from "../src/markdown.js";

/** @param {string} source */
const kinds = (source) => parseBlocks(source).map(({ kind, text, depth, number }) => [kind, text, ...(kind === "li" ? [depth, number || "-"] : [])]);

/** @param {string} source */
const flat = (source) => parseInline(source).map((token) => (typeof token === "string" ? token : token.tag === "a" ? ["a", token.text, token.href] : [token.tag, token.text]));

test("paragraphs, headings, lists, quotes, rules and code are told apart", () => {
  assert.deepEqual(kinds("# Ongkir\nHalo\nKak\n\n- satu\n- dua\n  - dalam\n1. a\n2) b\n> kutip\n> lagi\n\n---\n```\nx = 1\n\n- y\n```\nakhir"), [
    ["h", "Ongkir"], ["p", "Halo\nKak"], ["li", "satu", 0, "-"], ["li", "dua", 0, "-"], ["li", "dalam", 1, "-"], ["li", "a", 0, "1"], ["li", "b", 0, "2"],
    ["quote", "kutip\nlagi"], ["hr", ""], ["code", "x = 1\n\n- y"], ["p", "akhir"],
  ]); // prettier-ignore
});

test("an indented line after an empty one belongs to its item", () => {
  assert.deepEqual(kinds("1. satu\n\n   lanjut\n\n2. dua\n\nluar"), [["li", "satu\nlanjut", 0, "1"], ["li", "dua", 0, "2"], ["p", "luar"]]);
});

test("emphasis, code, strike and links become tokens", () => {
  assert.deepEqual(flat("**tebal** dan *miring* `kode` ~~lama~~ [toko](https://toko.test)"), [
    ["strong", "tebal"], " dan ", ["em", "miring"], " ", ["code", "kode"], " ", ["del", "lama"], " ", ["a", "toko", "https://toko.test"],
  ]); // prettier-ignore
});

test("signs inside words and sums stay what they are", () => {
  for (const source of ["nama_file_baru", "5*3*2", "2 * 3 * 4", "harga 10* dan 20*", "a_b", "snake_case dan snake_case"]) assert.deepEqual(flat(source), [source]);
});

test("a picture is only its words", () => {
  assert.deepEqual(flat("lihat ![batik](https://evil.test/x.png) ya"), ["lihat ", "batik", " ya"]);
  assert.deepEqual(flat("![](https://evil.test/x.png)"), []);
});

test("a bare address ends before punctuation", () => {
  assert.deepEqual(flat("cek https://toko.test/a?b=1. Ya"), ["cek ", ["a", "https://toko.test/a?b=1", "https://toko.test/a?b=1"], ". Ya"]);
});

test("a backslash takes a sign's meaning away", () => {
  assert.deepEqual(flat("\\*bukan miring\\*").join(""), "*bukan miring*");
});

test("while it is written, open signs are closed and half links show their words", () => {
  assert.equal(closeOpen("harga **Rp 10"), "harga **Rp 10**");
  assert.equal(closeOpen("harga **"), "harga ");
  assert.equal(closeOpen("harga **Rp 10*"), "harga **Rp 10**");
  assert.equal(closeOpen("lihat [toko](https://to"), "lihat toko");
  assert.equal(closeOpen("lihat [to"), "lihat to");
  assert.equal(closeOpen("`kode"), "`kode`");
});

test("parsing on from the start of the last block gives the same as parsing all", () => {
  const source = "Halo **Kak**\n\n1. satu\n\n   lanjut\n2. dua\n- tiga\n  - empat\n\n```\nx\n\ny\n```\n> kutip\n> lagi\n\n# Judul\nakhir *ya*\n---\n";
  for (let end = 0, start = 0, blocks = /** @type {any[]} */ ([]); end <= source.length; end++) {
    const tail = parseBlocks(source.slice(0, end), start);
    blocks = [...blocks.slice(0, -1), ...tail];
    start = tail.length ? tail[tail.length - 1].start : start;
    assert.deepEqual(blocks, parseBlocks(source.slice(0, end)), JSON.stringify(source.slice(0, end)));
  }
});

test("hostile text does not stop the page", () => {
  for (const source of ["**".repeat(4000), "[".repeat(8000), "`".repeat(8000), "*a".repeat(4000), "[a](".repeat(2000), "~~".repeat(4000), "_ ".repeat(4000)]) {
    const began = performance.now();
    parseInline(source);
    closeOpen(source);
    parseBlocks(source);
    assert.ok(performance.now() - began < 3000, `${source.slice(0, 8)}: ${Math.round(performance.now() - began)} ms`);
  }
});
