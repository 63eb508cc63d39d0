"""Different words for one thing, in both languages: "ongkos kirim", "biaya pengiriman", "shipping cost" and "ongkir". Written for Kanal.

Read by language.py; more stands in concepts_everyday.py and concepts_english.py.
A concept is a word of its own in the index, beside the word as written: the same wording still ranks first.
"""

from widget.knowledge.concepts_english import SAME as _ENGLISH
from widget.knowledge.concepts_everyday import SAME as _EVERYDAY

_SAME = """
ongkir: postage
kirim: ship deliver send dispatch antar
kurir: courier carrier jne
harga: price cost tarif biaya
bayar: pay
transfer: bank
kembali: retur
tukar: exchange swap
kartu-kredit: creditcard
bangku: kursi
dompet-digital: gopay ovo dana shopeepay linkaja ewallet wallet
pesan: booking book reservasi
stok: ready sedia tersedia available habis kosong
ukur: ukuran dimensi dimension measurement
bahan: material fabric
rawat: care
cuci: wash laundry
buka: open operasional
tutup: close
libur: holiday
alamat: location lokasi address located locate
toko: store shop outlet gerai
dimana: where
kapan: when
jam: hour
diskon: promo sale voucher kupon potongan
hadiah: present
kartu: card
grosir: wholesale partai
reseller: dropship
custom: khusus personalised personalized
rusak: damage cacat defect break pecah retak penyok robek bocor
garansi: warranty guarantee
lacak: resi
hubung: contact kontak
telepon: phone call
luar-negeri: overseas abroad international internasional
warung: kios
kain: cloth
bungkus: wrap kemas pack packing packaging
kayu: wood wooden
bambu: bamboo
batik: batiks
tas: bag
keranjang: basket
gelas: glass cup cangkir mug
piring: plate
mangkuk: bowl
sendok: spoon
bantal: pillow cushion
sarung: sarong
kemeja: shirt
lampu: lamp light
daftar: register pendaftaran
jadwal: schedule
dokter: doctor
janji: appointment
gigi: tooth teeth dental dentist
anak: child kid
kelas: class course kursus
sertifikat: certificate
peserta: participant
paspor: passport
tiket: ticket
hotel: akomodasi accommodation penginapan
wisata: tour trip
parkir: parking
asuransi: insurance bpjs
faktur: invoice nota kuitansi kwitansi struk
kualitas: quality mutu
asli: genuine authentic
besar: big large
kecil: small
panjang: long length
tinggi: height tall
lebar: width wide
berat: weight weigh
tebal: thick
halus: soft smooth lembut
cepat: fast quick kilat express ekspres instan
murah: cheap
mahal: expensive
muat: fit pas
panduan: guide chart tabel petunjuk instruction
merah: red
biru: blue
hitam: black
putih: white
kuning: yellow
hijau: green
coklat: brown cokelat
abu: grey gray
ungu: purple violet
pakaian: baju clothes clothing wear
celana: pants trousers
topi: hat cap
sepatu: shoe
pria: laki men man male
perempuan: women woman female lady
suami: husband
istri: wife
bayi: infant
umur: age
guru: teach teacher tutor pengajar instructor trainer instruktur mentor
murid: student siswa pupil
kelas: lesson
bahasa: language
mulai: start begin
berangkat: depart departure leave keberangkatan
jemput: pickup
kamar: room
makan: meal food eat
termasuk: include inklusif
syarat: requirement condition term ketentuan aturan policy kebijakan
dokumen: document
uang: money dana
motif: pattern corak
beda: difference different
cabang: branch
aman: safe
noda: stain kotor dirty
deterjen: detergent sabun soap
setrika: iron
jamur: mold mould mildew fungus
kering: dry
panas: hot heat
dingin: cold
sakit: ill sick pain
hamil: pregnant pregnancy
obat: medicine drug
surat: letter certificate
lamp: light
cermin: kaca mirror
kursi: chair seat
meja: table desk
rumah: house home
kantor: office
sekolah: school
toko: store
gambar: picture image foto
video: film
pertama: first
terakhir: last
minimal: minimum least
maksimal: maximum most
jumlah: amount number quantity qty
total: sum
selesai: finish done complete
lama: duration
antre: queue
bayar-nanti: paylater
cicil: setengah installment instalment angsur
rekomendasi: recommend suggestion saran
keluh: complaint
terlambat: late delay telat
hilang: lose lost missing
ganti: change replace
simpan: save
libur: vacation
pengalaman: experience
"""

# Groups of words (roots or standard forms) that together are one concept.
_TOGETHER = """
ongkir: ongkos-kirim biaya-kirim harga-kirim tarif-kirim ship-cost ship-fee ship-rate ship-price delivery-fee deliver-cost deliver-fee
ongkir: kirim-berapa cost-ship
cod: bayar-tempat bayar-ditempat bayar-sampai bayar-barang-sampai tunai-deliver tunai-antar pay-deliver bayar-barang-datang
luar-negeri: luar-negeri outside-indonesia luar-indonesia singapura malaysia
luar-jawa: luar-jawa luar-pulau
jam-buka: jam-buka buka-jam jam-operasional jam-kerja jam-layan open-hour business-hour hour-open operating-hour buka-sampai tutup-jam
jam-buka: jam-tutup buka-kapan kapan-buka
lama-kirim: berapa-lama berapa-hari kapan-sampai sampai-kapan lama-sampai lama-kirim estimasi-sampai estimasi-kirim deliver-time ship-time
lama-kirim: how-long when-arrive how-many-day estimasi lama-proses
lokasi: where-locate dimana-toko alamat-toko lokasi-toko toko-fisik toko-luring store-location shop-location luring-store physical-store toko-dimana
lokasi: where-store where-shop
grosir: harga-grosir beli-banyak pesan-banyak partai-besar bulk-pesan
resi: nomor-resi lacak-number
hadiah: bungkus-hadiah hadiah-wrap kartu-ucap
salah-kirim: bukan-pesan beda-pesan lain-pesan pesan-beda salah-kirim salah-barang barang-salah wrong-item kirim-salah barang-beda tidak-sesuai
qris: kode-qr scan-qr qr-code
norek: nomor-rekening
kurir: jasa-kirim
libur: tanggal-merah public-holiday hari-libur hari-besar
preorder: pre-pesan
dp: uang-muka
akhir-pekan: sabtu-minggu akhir-pekan week-end
dompet-digital: dompet-digital e-wallet uang-elektronik
bb: berat-badan
rumah-sakit: rumah-sakit
ambil-sendiri: ambil-sendiri ambil-toko ambil-tempat
uang-kembali: uang-kembali kembali-uang refund kembali-dana dana-kembali money-back
"""


def _read_same() -> dict[str, str]:
    """A word has one concept, that of the line which names it first; a concept that an earlier line has as a word is that line's."""
    concepts: dict[str, str] = {}
    for line in (_SAME + _EVERYDAY + _ENGLISH).strip().splitlines():
        name, _, members = line.partition(":")
        concept = concepts.setdefault(name, name.replace("-", ""))
        for member in members.split():
            concepts.setdefault(member, concept)
    return {member: concept for member, concept in concepts.items() if member.replace("-", "") != concept}


def _read_together() -> dict[str, list[tuple[tuple[str, ...], str]]]:
    table: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for line in _TOGETHER.strip().splitlines():
        concept, _, groups = line.partition(":")
        for group in groups.split():
            first, *rest = group.split("-")
            table.setdefault(first, []).append((tuple(rest), concept.replace("-", "")))
    return table


# Root or standard word -> its concept.
CONCEPTS = _read_same()
# First root of a group -> (the roots that must follow, the concept).
GROUPS = _read_together()
