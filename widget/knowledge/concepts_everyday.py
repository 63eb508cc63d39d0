"""Indonesian words for one thing across trades: shops and marketplaces, banks, workshops, kitchens, clinics. Written for Kanal.

Read by concepts.py, whose own lines come first. A line is a concept and its words, as roots or standard forms.
"""

SAME = """
batal: urung gagalin
tolak: gagal
akun: profil user username
login: signin
otp: verifikasi
daftar: registrasi gabung bergabung
surel: email
telepon: ponsel handphone smartphone
identitas: ktp sim nik
tabung: simpanan celengan
pinjam: utang hutang kredit pembiayaan kpr
agunan: jaminan
gaji: penghasilan upah pendapatan pemasukan
tarik: cair pencairan
setor: setoran deposit
saldo: sisa
biaya: potongan administrasi
denda: penalti hukuman
bunga: persen persentase
batas: limit plafon maksimal
tempo: tenggat deadline
tagih: tagihan bill
kartu: atm debit
hilang: copet curi raib kecopetan
tertelan: telan
blokir: kunci terkunci bekukan beku
dolar: dollar usd valas
pensiun: tua
asuransi: proteksi perlindungan pertanggungan
periksa: pemeriksaan medical
rumah: hunian properti
motor: matik bebek skuter
bengkel: servis service montir mekanik
pasang: pemasangan instal instalasi rakit
cocok: pas kompatibel masuk muat
onderdil: part komponen
aki: baterai
ban: tire tyre
oli: pelumas oil
lampu: bohlam headlamp
rem: brake kampas
sabuk: belt
filter: saring
gir: gigi
sokbreker: suspensi
meninggal: wafat
haji: umrah umroh mekkah
modal: usaha bisnis
busi: sparkplug
knalpot: exhaust
spion: mirror
cakram: piringan
helm: helmet
asli: genuine otentik
palsu: tiruan imitasi replika
rusak: hancur lembek busuk basi
pecah: remuk
bocor: rembes
kosong: sold
inden: indent
stok: persediaan
beli: belanja checkout
jual: dagang seller penjual
toko: lapak merchant
pembeli: buyer
terlambat: lambat
kurir: pengantar driver
paket: kiriman parsel
status: posisi
kemas: packing
macet: nyangkut tertahan berhenti
pindah: alih
ubah: edit ganti
hapus: delete
tutup: nonaktif
matikan: mati nonaktif
notifikasi: pemberitahuan notif
iklan: promosi promo
poin: point reward
ulasan: bintang rating komentar penilaian
tawar: nego menawar
tipu: scam bohong
lapor: adukan aduan pengaduan
faktur: invoice bon kuitansi
pajak: npwp ppn
perusahaan: kantor pt cv instansi
karyawan: pegawai pekerja staf
lowongan: loker karir rekrut
reseller: agen distributor mitra
acara: pesta arisan ulangtahun nikahan syukuran
hampers: parcel bingkisan parsel
makan: santap konsumsi
masak: olah rebus kukus goreng
beku: frozen freezer
kedaluwarsa: exp tahan awet
pedas: sambal
alergi: pantang
udang: seafood
anak: bocah balita bayi
antar: delivery
daerah: area wilayah kota
eror: error bug crash
foto: gambar selfie swafoto
video: rekaman
unduh: download
unggah: upload
syarat: persyaratan
cepat: instan kilat
murah: ekonomis terjangkau
besar: jumbo gemuk
kecil: mini
ukuran: lingkar diameter
tipe: model varian
paling: ter
sekolah: kampus kuliah
surat: akta
keluh: protes
sakit: nyeri
"""
