"""English words for one thing, as customers and help pages use them: "decline", "reject", "refuse". Written for Kanal.

Read by concepts.py, whose own lines come first. A line is a concept (Indonesian where concepts.py has it already) and its words, as roots.
"""

SAME = """
harga: fee charge pricing expensive
kirim: mail post dispatch shipper consign
paket: parcel package
sampai: arrive arrival receive
kembali: refund reimburse reimbursement reverse undo revert reversal
tolak: decline reject refuse deny rejection refusal bounce disallow forbid
gagal: fail failure error unsuccessful crash
pending: process processing progress stuck waiting unsettled settle
batal: abort void
hapus: delete erase remove erasure removal bin trash
tutup: terminate closure
buka: unlock unblock
blokir: block lock freeze suspend
ubah: edit alter modify amend update adjust
buat: create generate
tambah: add additional extra another spare second
cari: search locate
lacak: trace tracker
lupa: forget
hilang: misplace vanish disappear
curi: steal theft nick robbery rob fraud fraudulent scam
akun: profile
sandi: password passcode passphrase
login: logon signin
keluar: logout
verifikasi: verify verification confirm confirmation prove authenticate authentication validate
identitas: identity identification
dokumen: documentation paper file
maksimal: limit cap highest ceiling allowance
minimal: lowest
otomatis: automatic automatically recurring auto itself
aktif: activate activation enable
nonaktif: deactivate disable mute
langganan: subscribe newsletter
berhenti: unsubscribe quit
atm: cashpoint cashier
tarik: withdraw
uang: fund note
kartu: plastic
rekening: bankaccount
transfer: wire remit remittance
isi-ulang: topup recharge refill reload
kurs: rate conversion convert converting
mata-uang: currency currencies
negara: country nation countries
penerima: recipient beneficiary payee
pemilik: owner
pegawai: employee worker coworker colleague team
lowongan: job career vacancy hire position recruit
siswa: university college
umur: old teenager teenage
telepon: mobile smartphone iphone android ring dial
surel: email inbox
pesan-teks: sms text
pemberitahuan: notification notify alert reminder
jadwal: calendar meeting event
berkas: attachment
unduh: download export archive
unggah: upload import migrate migration
cadang: backup
pulih: restore recover undelete recovery
versi: version history revision
bagi: share sharing
tamu: guest visitor client external
undang: invite invitation
izin: permission access
rahasia: secret private privacy confidential
data: information
pajak: tax vat duty duties customs
faktur: bill statement
diskon: coupon cheaper reduction rebate
poin: loyalty reward point
perbaiki: repair mend fix workshop
rusak: faulty fault defective crack tear hole zip smash
cepat: soon sooner rapid rush
lama: long duration typical
cuci: launder
ukur: fit chest bust waist
pilih: choose select pick prefer option
tukar: swap trade
ambil: collect collection pickup
rumah: home
gudang: warehouse depot
kurir: driver postman
cabang: shops branches
toko: boutique retailer merchant
dagang: trade wholesaler
lingkungan: environment environmentally eco sustainable recycle green
bungkus: box container
baju: garment knitwear sweater jumper cardigan
internet: web website
offline: disconnect connection plane
komputer: laptop desktop
aplikasi: application software program
pasang: setup configure
hubung: connect link
sinkron: sync synchronise synchronize synchronisation
gambar: picture image
bahasa: tongue
cek: cheque
sebab: reason cause
aneh: strange weird odd recognise recognize unfamiliar unrecognised random
salah: wrong incorrect mistake error off inaccurate
dobel: twice duplicate again
kurang: missing short incomplete
kuota: quota
token: key
keamanan: security secure safety
istri: spouse partner
anak: daughter son kids
ganti: replacement renew renewal
baru: new
beli: buy purchase shopping bought
belanja: basket cart
kasir: till counter register terminal
lihat: see view show appear display
baca: read reader
tempel: contactless tap touch
virtual: digital electronic electronically
sekali: disposable throwaway temporary temp
fisik: physical tangible actual real
lokal: domestic
asing: foreign
asal: origin source
gaji: salary income wage employer
pinjam: loan lend borrow debt
bunga: interest
angsur: installments instalments
bantu: assist support
bicara: talk speak chat
lapor: report
minta: request
butuh: require necessary
wajib: mandatory compulsory force enforce obligatory
pergi: leave
makan: meal restaurant
jam: time hours
akhir-pekan: weekend sunday saturday
kerja: working
malam: night
hamil: maternity
sakit: disease illness
dokter: physician
obat: medication
sewa: rent rental lease
tiket: ticket
pesawat: flight airline airplane
hotel: room
mobil: car vehicle automobile
motor: motorcycle motorbike
sepeda: bicycle bike
sampah: rubbish garbage
air: water
listrik: electricity power
"""
