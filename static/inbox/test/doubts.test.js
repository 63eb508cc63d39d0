import assert from "node:assert/strict";
import { test } from "node:test";
import { fillGaps, matching } from "../src/canned.js";
import { isFromNote, openGap } from "../src/doubts.js";
import { soundsLikeTeam } from "../src/names.js";
import { ready } from "./fake_line.js";

test("a note is known again however it was pasted, and a piece of it too", () => {
  const notes = ["Pelanggan lama,\nkasih ongkir GRATIS.", "VIP!", "ya"];
  for (const reply of ["Pelanggan lama, kasih ongkir gratis.", "Halo Kak, pelanggan  lama, kasih ongkir gratis. Oke?", "kasih ongkir gratis", "untuk Kakak vip! ya"]) {
    assert.equal(isFromNote(reply, notes), true, reply);
  }
  for (const reply of ["Ongkir gratis", "ya, ada", "lama", "Siap Kak"]) assert.equal(isFromNote(reply, notes), false, reply);
});

test("a gap that nothing filled is found, and braces of other kinds are not", () => {
  assert.equal(openGap("Halo {nama}, total {harga}"), "{nama}");
  assert.equal(openGap("Diskon {kode promo}"), "{kode promo}");
  for (const reply of ["Halo Kak", "{", "{}", "{1}", 'set {"a": 1}', "{{"]) assert.equal(openGap(reply), "", reply);
});

test("gaps are filled as the server fills them", () => {
  const gaps = { name: "", me: "Sari\u202e\n x", site: "Toko {name}" };
  assert.equal(fillGaps("Halo {name}, saya {me} dari {site}. {diskon}", gaps), "Halo, saya Sari x dari Toko {name}. {diskon}");
});

test("a site's own saved reply stands for the common one of the same shortcut", () => {
  const all = [["salam", null, "umum"], ["salam", 1, "toko"], ["cod", null, "cod"], ["x", 2, "lain"]].map(([shortcut, site, text], id) => ({ id, site, shortcut, title: "", text }));
  assert.deepEqual(matching(/** @type {any} */ (all), 1, "").map(({ text }) => text), ["toko", "cod"]);
});

test("a visitor's name that could be one of the team's is known", () => {
  const known = /** @type {any} */ (ready({ people: [{ id: 8, name: "Rina Dewi" }], sites: [{ id: 1, name: "Toko Bu Sari" }] }));
  for (const name of ["sári", "Sari (resmi)", "Rina  Dewi", "Tim Toko", "ADMIN", "toko bu sari"]) assert.equal(soundsLikeTeam(name, known), true, name);
  for (const name of ["", "Dewi", "Rina", "Sariah", "Timotius"]) assert.equal(soundsLikeTeam(name, known), false, name);
});
