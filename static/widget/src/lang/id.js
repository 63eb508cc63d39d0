/** The panel's sentences in Indonesian. {you} is how the site addresses its visitors; {name}, {days} are filled in by the views. */

export const language = "id";
export const you = "Kak";
export const dialog = "Chat dengan {name}";
export const close = "Tutup chat";
export const person = "Hubungi tim";
export const ready = "Siap bantu {you}";
export const waiting = "Menunggu tim kami";
export const withPerson = "{name} dari tim kami";
export const write = "Tulis pesan…";
export const send = "Kirim";
export const stop = "Hentikan jawaban";
export const answering = "Sedang menjawab…";
export const assistant = "asisten otomatis";
export const disclosure = "Dijawab {name}. Chat disimpan {days} hari. ";
export const policy = "Kebijakan privasi";
export const offline = "Tidak ada internet. Pesan dikirim begitu tersambung.";
export const reconnecting = "Menyambung lagi…";
export const unreachable = "Chat belum bisa tersambung. ";
export const refused = "Chat belum bisa dipakai di sini. ";
export const otherWay = "Hubungi kami langsung";
export const team = "Tim kami";

// Only in modules:
export const by = { model: "Asisten AI", knowledge: "Dari info kami", rule: "Jawaban otomatis", person: team };
export const pending = "Menunggu dikirim";
export const sent = "Terkirim";
export const read = "Dibaca";
export const good = "Membantu";
export const bad = "Kurang membantu";
export const latest = "Ke pesan terbaru";
export const earlier = "Lihat pesan sebelumnya";
export const contactTitle = "Kami panggilkan tim, ya";
export const contactPurpose = "Tinggalkan nomor WhatsApp atau e-mail supaya kami tetap bisa membalas kalau {you} keburu menutup halaman ini. Hanya dipakai untuk chat ini.";
export const contactOpen = "Tim kami sedang ada dan akan membalas di sini.";
export const contactClosed = "Saat ini di luar jam buka.";
export const contactName = "Nama (boleh kosong)";
export const contactWay = "Nomor WhatsApp atau e-mail";
export const contactSend = "Simpan";
export const contactWrong = "Cek lagi nomor atau e-mailnya, ya.";
export const contactSkip = "Nanti saja";
export const whatsapp = "Lanjut di WhatsApp";
