/** The inbox's sentences in Indonesian. */

export const locale = "id";
export const inbox = "Kotak masuk";
export const views = { waiting: "Menunggu", mine: "Saya", assistant: "Asisten", all: "Semua", closed: "Ditutup" };
export const search = "Cari nama, nomor, atau kata";
export const searchShort = "Cari";
export const filters = "Saring";
export const anySite = "Semua situs";
export const anyTag = "Semua label";
export const anyTime = "Kapan saja";
export const times = { 1: "24 jam terakhir", 7: "7 hari terakhir", 30: "30 hari terakhir" };
export const clearFilters = "Hapus saringan";
export const moreTalks = "Tampilkan lagi";
export const loading = "Memuat…";
export const emptyList = {
  waiting: "Tidak ada yang menunggu saat ini.",
  mine: "Anda belum menangani percakapan. Ambil alih dari “Menunggu” atau “Asisten”.",
  assistant: "Asisten sedang tidak menjawab siapa pun.",
  all: "Belum ada percakapan. Begitu ada yang menulis, percakapannya muncul di sini.",
  closed: "Belum ada percakapan yang ditutup.",
};
export const emptyViewer = "Anda bisa membaca percakapan di sini, tapi tidak bisa membalas. Jadi tidak ada yang Anda tangani.";
export const emptySearch = "Tidak ketemu. Cek ejaannya atau hapus saringan.";
export const visitor = "Pengunjung {id}";
export const you = "Anda";
export const by = { visitor: "Pengunjung", assistant: "Asisten", operator: "Tim", system: "" };
export const answeredBy = { model: "Asisten AI", knowledge: "Dari pengetahuan", rule: "Jawaban otomatis", person: "Tim" };
export const unread = "{n} belum dibaca";
export const waits = "Menunggu {time}";
export const waitsTooLong = "Terlalu lama: {time}";
export const sleepsUntil = "Ditunda sampai {time}";
export const online = "Online";
export const offline = "Tidak di halaman";
export const handlers = { bot: "Ditangani asisten", waiting: "Menunggu tim", human: "Ditangani {name}", mine: "Anda yang menangani", closed: "Ditutup" };
export const chooseTalk = "Pilih percakapan di sebelah kiri, atau tekan ? untuk melihat pintasan keyboard.";
export const goneTalk = "Percakapan ini sudah tidak ada, atau milik situs yang tidak bisa Anda buka.";
export const back = "Kembali ke daftar";
export const details = "Rincian";
export const closeDetails = "Tutup rincian";
export const messages = "Pesan";
export const earlier = "Lihat pesan sebelumnya";
export const newHere = "Baru";
export const readTo = "Dilihat";
export const delivered = "Terkirim";
export const pending = "Menunggu dikirim";
export const typing = "{name} sedang mengetik…";
export const writing = "Asisten sedang menulis…";
export const rated = { up: "Pengunjung merasa terbantu", down: "Pengunjung tidak merasa terbantu" };
export const noMessages = "Pengunjung sudah membuka chat dan belum menulis.";
export const today = "Hari ini";
export const yesterday = "Kemarin";

export const take = "Ambil alih";
export const takeFrom = "Ambil alih dari {name}";
export const heldBy = "{name} sedang melayani pengunjung ini.";
export const handBack = "Serahkan kembali ke asisten";
export const toAssistant = "Ke asisten";
export const close = "Tutup";
export const reopen = "Buka lagi";
export const more = "Lainnya";
export const assign = "Serahkan ke…";
export const assignTo = "Siapa yang melanjutkan?";
export const assignSelf = "Saya";
export const nobodyElse = "Belum ada orang lain di situs ini. Undang rekan lewat halaman “Anggota tim”.";
export const away = "sedang pergi";
export const snooze = "Tunda…";
export const snoozeUntil = "Muncul lagi kapan?";
export const wake = "Akhiri tunda";
export const snoozes = { hour: "Satu jam lagi", evening: "Nanti malam pukul 18.00", tomorrow: "Besok pukul 08.00", monday: "Senin pukul 08.00" };
export const tags = "Label…";
export const tagsTitle = "Label percakapan ini";
export const noTags = "Belum ada label. Buat di halaman “Label” di menu.";
export const record = "Buka arsip percakapan";
export const done = "Selesai";
export const cancel = "Batal";
export const undo = "Urungkan";
export const acted = {
  close: "Percakapan ditutup. Kalau pengunjung menulis lagi, asisten yang menjawab.",
  hand_back: "Asisten menjawab pengunjung ini lagi.",
  snooze: "Ditunda. Percakapan muncul lagi sendiri, atau saat pengunjung menulis.",
  assign: "Sudah diserahkan.",
  take: "Anda yang menangani sekarang. Asisten diam.",
  take_from: "Anda yang menangani sekarang. Asisten diam.",
  reopen: "Sudah dibuka lagi.",
};

export const reply = "Balas";
export const note = "Catatan";
export const mode = "Yang Anda tulis adalah";
export const writeReply = "Tulis ke pengunjung";
export const writeNote = "Catatan untuk tim";
export const noteOnly = "Hanya tim yang melihat ini";
export const replyTakes = "Begitu dibalas, percakapan Anda ambil alih dan asisten diam.";
export const replyTakesFrom = "{name} sedang melayani pengunjung ini. Ambil alih dulu kalau mau menulis.";
export const replyReopens = "Percakapan ini sudah ditutup. Balasan Anda membukanya lagi.";
export const send = "Kirim";
export const saveNote = "Simpan catatan";
export const cannedList = "Balasan siap pakai";
export const cannedHint = "Ketik / untuk balasan siap pakai";
export const cannedOpen = "Sisipkan balasan siap pakai";
export const noCanned = "Tidak ada balasan siap pakai yang cocok.";
export const noCannedAtAll = "Belum ada balasan siap pakai. Buat di halaman “Balasan siap pakai” di menu.";
export const tooLong = "Kelebihan {n} karakter";
export const sending = "Dikirim dalam {n} detik…";
export const looksLikeNote = "Ini isi sebuah catatan. Tetap kirim ke pengunjung?";
export const looksUnfilled = "{gap} belum terisi. Tetap kirim seperti ini?";
export const sendAnyway = "Kirim ke pengunjung";
export const imitates = "“{name}” adalah nama yang dipilih pengunjung sendiri, bukan anggota tim Anda.";
export const taken = "{name} sudah mengambil alih percakapan ini. Tulisan Anda belum terkirim dan masih ada di sini.";
export const somebody = "Orang lain";
export const takeAndSend = "Ambil alih dan kirim";
export const notSent = "Belum terkirim: {why} Tulisan Anda masih ada di sini.";
export const viewOnly = "Anda bisa membaca percakapan ini, tapi tidak bisa membalas.";

export const why = "Kenapa dijawab begini?";
export const whyUnknown = "Tidak ada catatan tentang asal jawaban ini.";
export const whyFailed = "Belum bisa dimuat. Cek koneksi, lalu coba lagi.";

export const wayBack = {
  whatsapp: "{name} pergi sebelum melihat jawabannya.",
  mail: "{name} pergi sebelum melihat jawabannya. Kalau dua menit lagi belum dilihat, {contact} dikirimi satu e-mail berisi jalan kembali.",
  own_mail: "{name} pergi sebelum melihat jawabannya, dan server e-mail belum diatur.",
  no_address: "{name} pergi sebelum melihat jawabannya. Tautan untuk kembali baru bisa dibuat kalau PUBLIC_URL di pengaturan server sudah diisi.",
};
export const wayOpened = "Pesan untuk {name} sudah dibuka. Belum terkirim? Buka lagi.";
export const byWhatsApp = "Kabari lewat WhatsApp";
export const byMail = "Kabari lewat e-mail";

export const learn = "Jadikan pengetahuan";
export const learnShort = "+ Pengetahuan";
export const learnTitle = "Pengetahuan baru";
export const learnHelp = "Mulai sekarang asisten memakainya. Tulis yang umum saja: tanpa nama dan nomor pesanan.";
export const question = "Pertanyaan";
export const answer = "Jawaban";
export const learnSave = "Simpan dan coba";
export const learned = "Tersimpan. Asisten menemukannya untuk pertanyaan ini.";
export const learnedNotFound = "Tersimpan, tapi belum ketemu untuk pertanyaan ini. Tulis pertanyaannya seperti cara pengunjung bertanya.";

export const about = {
  title: "Pengunjung",
  name: "Nama",
  contact: "Kontak",
  page: "Halaman",
  device: "Perangkat",
  language: "Bahasa",
  site: "Situs",
  started: "Mulai",
  earlier: "Percakapan sebelumnya",
  verified: "Identitas terverifikasi",
  customer: "Nomor pelanggan dan akun",
  tags: "Label",
  none: "–",
};

export const settings = "Pengaturan";
export const sound = "Bunyi saat ada pesan baru";
export const notify = "Notifikasi di perangkat ini saat halaman tidak sedang dibuka";
export const notifyDenied = "Notifikasi diblokir untuk halaman ini. Izinkan dulu di pengaturan browser.";
export const hold = "Tunggu 5 detik sebelum balasan dikirim, supaya bisa dibatalkan";
export const shortcuts = "Pintasan keyboard satu huruf";
export const imAway = "Saya sedang pergi: jangan andalkan saya dulu";
export const help = "Pintasan keyboard";
export const keys = {
  next: "Percakapan berikutnya",
  previous: "Percakapan sebelumnya",
  search: "Cari",
  reply: "Tulis balasan",
  note: "Tulis catatan",
  take: "Ambil alih",
  handBack: "Serahkan kembali ke asisten",
  close: "Tutup atau buka lagi",
  assign: "Serahkan",
  snooze: "Tunda",
  tags: "Label",
  details: "Rincian pengunjung",
  why: "Kenapa jawaban terakhir begitu",
  undo: "Urungkan yang baru dilakukan",
  views: "Menunggu, Saya, Asisten, Semua, Ditutup",
  send: "Kirim",
  canned: "Balasan siap pakai, di kotak tulisan",
  help: "Daftar ini",
  leave: "Tutup yang terbuka, kembali ke daftar",
};

export const connecting = "Menyambung…";
export const reconnecting = "Sambungan putus. Sedang menyambung lagi; tulisan Anda aman.";
export const noInternet = "Tidak ada internet. Tulisan Anda aman dan dikirim begitu tersambung lagi.";
export const tryNow = "Coba sekarang";
export const signedOut = "Sesi Anda sudah berakhir. Tulisan Anda masih tersimpan di sini.";
export const signIn = "Masuk lagi";
export const otherPerson = "Anda sekarang masuk sebagai {name}, padahal halaman ini dibuka dengan akun lain. Tidak ada lagi yang dikirim dari halaman ini. Muat ulang untuk lanjut sebagai {name}.";
export const refused = "Kotak masuk tidak terbuka lagi untuk Anda. Muat ulang halaman; kalau tetap begitu, minta peran di sebuah situs kepada pemiliknya.";
export const reload = "Muat ulang";
export const alertWaiting = "{name} menunggu tim";
export const alertMessage = "Pesan baru dari {name}";
export const ago = { second: "{n} dtk", minute: "{n} mnt", hour: "{n} jam", day: "{n} hari" };
