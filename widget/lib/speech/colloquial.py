"""Colloquial and misspelt forms beside the standard Indonesian word, as people type them on a phone. Written for Kanal.

Read by forms.py when a word is met for the first time. Each line: the standard word, a colon, the forms that stand for it.
A form appears once; the standard word may be anything that the rest of the normaliser understands.
"""

_LINES = """
berapa: brp brpa brapa bera brpan brapaan berapaan brppa brpaan
tidak: tdk ga gak gk nggak ngga enggak engga ndak ndk kagak kaga g gx gaada nda ngak nggk tak
belum: blm blom belom blum blon lom
sudah: sdh udah udh dah sdah uda sudh suda dh
bisa: bs bsa bisakah bsakah
bagaimana: gmn gimana gmana gimna bgmn bgaimana gmanaa gmnya caranya
kenapa: knp knapa kenape napa ngapa mengapa
kapan: kpn kapn kapankah
siapa: sp spa siapakah
apa: ap apah apaan apakah
mana: mn manakah
dimana: dmn dmna dimn dimna dimn dmana mananya
kemana: kmn kmna
yang: yg yng
dengan: dgn dg dngn sm sama ama
untuk: utk tuk untk bwt buat unt bt untuknya
dari: dr dri
pada: pd pda
kepada: kpd
dalam: dlm dlam
saja: aja sj doang ajah aj sja
juga: jg jga jugak
jadi: jd jdi jadinya
kalau: klo kalo kl klu klau kalok kalaw klw
karena: krn karna krna soalnya
tapi: tp tpi tetapi
atau: ato atw ataw
akan: bakal bakalan akn
sedang: lg lgi
masih: msh msih masi
banyak: bnyk byk bnyak banyakan
sangat: bgt banget bngt bgtt sngt
begitu: gitu gt gtu bgitu
begini: gini gni bgini
seperti: kyk kayak kaya spt sprti kek
lalu: trus terus trs trz
nanti: ntar nti tar entar
sekarang: skrg skrang skr skrng sekrang skg
kemarin: kmrn kmarin kmren kemaren kmrin
besok: bsk bsok esok
tadi: td
hari: hr hri harian
minggu: mgg mggu minggunya
bulan: bln bulanan
tahun: thn taun thun
jam: jm pukul
menit: mnt mnit
saya: sy sya gue gw gua aq ak aku akuu saia ane w q
kamu: km kmu lu lo loe elo ente
kami: kmi
kita: kt kta
mereka: mrka mreka
orang: org orng
mau: mo mw mao pengen pengin pgn pingin kepengen
ingin: ingn
lihat: liat lht liatin ngeliat lihatin
tahu: tau taw
tanya: nanya tny nany tanyaa nnya
kasih: ksh kasi ksih ngasih
minta: mnta mintak
ambil: ambl ngambil
beli: bli beliin ngebeli blinya
jual: jualan ngejual
bayar: byr bayr byar bayer byrnya ngebayar
pesan: psn psen pesen mesen order orderan oder ordr ngorder pesenan orderin
kirim: krm kirm ngirim krim kirimin dikirimin ngirimin krmin dikrm dikirm kirimkan
sampai: smp smpe sampe nyampe nyampai smpai nyampek sampek nyampenya smpainya
barang: brg brng barng brgnya
toko: tko
harga: hrg hrga harg hargaa hargaanya hrganya
murah: mrh murh
mahal: mhl
gratis: free grtis gratiss
ongkir: ongkr ongker ongkirnya onkir ongir okir ongkirr ogkir
transfer: tf trf trans tranfer trasfer transper tfnya transferan ditf
rekening: rek norek rekning rekeing
alamat: almt alamt almat alamatny
nomor: no nmr nomer nmor nmer
telepon: nelpon nelfon telponin telp tlp tlpn telpon tlpon telfon hp
whatsapp: wa wasap whatsap wasapp watsap wapp
instagram: ig insta
konfirmasi: konfirm konfir
informasi: info infonya
gambar: gbr gmbr pic
foto: pp ft poto photo
warna: wrn wrna warnanya color colour
ukuran: uk ukrn ukran size sizenya
panjang: pjg pnjg
lebar: lbr
tinggi: tgg tnggi
besar: gede gde bsr besaran gedean
kecil: kcl kcil
bagus: bgs bagusan
baru: br bru
lama: lm lma lamanya
cepat: cpt cpet cepet cepetan
lambat: lelet lemot
lengkap: lngkp komplit komplet kmplit
pakai: pk pake pke make pakek pakenya pakae
bikin: bkin buatin bikinin ngebikin
cari: cri nyari carikan cariin
coba: cb cobain nyoba
tukar: tuker tkr nuker tukeran nukar tukerin penukeran
kembali: balik kmbali balikin kembaliin ngembaliin dibalikin pulangin
ganti: gnti gantiin ngganti
rusak: rsk rusk
pecah: pch
hilang: ilang hlg
batal: btl cancel batalin dibatalin ngebatalin dicancel
tunggu: tggu nunggu nungguin tungguin
lacak: nglacak ngelacak tracking track cek-resi
resi: noresi
stok: stock stk stoknya stocknya
ready: redy rdy redi readi
habis: abis hbs abisan
kosong: ksng
diskon: disc discount disk diskonan dsikon
promo: promoan prmo
cicil: nyicil cicilan
kredit: krdit
garansi: grnsi garansinya
hadiah: kado gift kadoin
bungkus: bungkusin bngkus kadoinnya
kualitas: kwalitas kualitasnya
asli: ori original orisinal
custom: kustom costum costume kostum
grosir: grosiran borongan
reseller: resel reseler riseler resseler
eceran: ecer
satuan: pcs pc
buah: bh biji
lusin: lsn
kilogram: kg kilo
gram: gr
sentimeter: cm senti
meter: mtr
jogja: jogjakarta yogyakarta yogya djogja jogjaa
jakarta: jkt jakrta
surabaya: sby surabya
bandung: bdg bndg bndung
semarang: smg
makassar: mksr makasar
medan: mdn
bekasi: bks
tangerang: tgr tng tanggerang
denpasar: dps
bali: bly
indonesia: indo
aceh: acheh
malaysia: malay
singapura: singapore sg spore
pulau: pulo
kota: kta-nya
luar: lr
negeri: negri
dalam-kota: dlmkota
terima: trima trma nerima
terimakasih: trimakasih terimaksih terimaksh trimaksih makasih mksh makasi mksih tengkyu thx tks trims thanks trimakasih thankyou maksih
terimakasih: makasii makaci tengkiu tq ty mkasih
halo: hallo helo hello hai hi hay hey hei haloo alo helloo hallow
assalamualaikum: ass askum aslm assalamu asalamualaikum samlekum assalamualaikumm
waalaikumsalam: walaikumsalam wslm waalaikum
permisi: prmisi misi punten
maaf: maap mf sori sorry maafkan
tolong: tlg tlong tolongin tlng
selamat: slmt met
pagi: pg pgi
siang: siank
sore: sre
malam: mlm mlem malem
kak: kk kaka kakak kka kakk sis sist sista ka
mbak: mba mbk mb
mas: ms
bapak: bpk pak
ibu: bu ibuk buk
admin: min mimin atmin
gan: agan
oke: ok okay okey oks okee sip siip okeh
siap: siapp
baik: baek
iya: iy ya yaa ye yup yoi yes yaaa y yaps
tentang: ttg tntang
setelah: stlh abistu
sebelum: sblm sebelom
selama: slama
setiap: tiap tp-tiap tiaptiap
semua: smua smw semuanya
beberapa: bbrp bberapa
hanya: cuma cuman cm-an
punya: pny pnya
harus: hrs kudu mesti musti
perlu: prlu
boleh: blh bole boleg
dapat: dpt dapet dpet ngedapetin dapetin
kena: kna
pernah: prnah prnh
biasa: bs-nya biasanya
sendiri: sndiri sndri
langsung: lgsg lngsung lgsung langsg
tinggal: tggl
kerja: krja
libur: lbr-an liburan liburnya
lebaran: idulfitri idul-fitri hari-raya
buka: bk bukak bka
tutup: ttp tutp
datang: dtg dateng dtng dtang
pulang: plg
pergi: prgi
masuk: msk
keluar: klr kluar
naik: nek
turun: trn
tebal: tebel tbl
tipis: tpis
halus: alus
kasar: ksar
luntur: lntur
cuci: nyuci cuciin
setrika: strika gosok
jahit: jait
kain: kaen
baju: bju
celana: clana
kemeja: kmeja hem
sarung: srung
taplak: tplak
bantal: bntal
selimut: slimut
keranjang: krnjang kranjang
gelas: gls
piring: pring
mangkuk: mangkok mngkok
sendok: sndok
talenan: telenan tlenan
kayu: kyu
rotan: rtan
bambu: bmbu
anyaman: anyam
bahan: bhn bhan
katun: cotton coton
sutra: sutera
kotak: kotakan
paket: pket paketan
kurir: kurier ekspedisi
ojol: ojek-online
rumah: rmh rmah
kantor: kntr kntor
kamar: kmr
dapur: dpur
meja: mja
anak: ank
perempuan: cewe cewek cwe wanita
laki: cowo cowok pria laki2
dewasa: dws
jelas: jls
jawab: jwb jwab balas bales
chat: cht cet chattan
respon: respons fast-respon slowrespon
akun: account acc
aplikasi: apk app
email: imel surel e-mail
daftar: dftar
masalah: mslh
keluhan: komplain complain komplen complen komplaen
kecewa: kcewa
jangan: jgn jngn
sebentar: bentar bntr bntar sbntr
dulu: dlu dl
kurang: krg krang
lebih: lbh
paling: plg-ing plng
minimal: min-order
maksimal: maks max
rata: rt2
ulang: ulg
tambah: tmbah nambah tambahin nambahin
kurangi: kurangin
sedikit: dikit sdikit dkt
dekat: deket dket
jauh: jauhh
sebelah: sblah
depan: dpn
belakang: blkg blakang
atas: ats
bawah: bwh
janji: jnji
jadwal: jdwal jadwl
dokter: dr-nya doktr dokternya
periksa: priksa cek check ngecek cekin
obat: obt
sakit: skt
gigi: gg
biaya: bya biayanya beaya
bpjs: bpjsnya
tiket: tkt tickt
pesawat: pswt
kereta: krta
hotel: htl
peserta: psrta
kelas: kls
kursus: krsus les
sertifikat: sertif srtifikat
daring: online onlen
luring: offline oflen ofline
uang: duit duid duwit doku uangnya
retak: rtak
pasang: psg psang masang masangin pasangin
pindah: pndah
rumah-sakit: rs rsud rsu
berat: brt
badan: bdn
bb: beratbadan
anak: ank bocil
bayi: baby bayik
suami: swami paksu
istri: bini bojo
teman: temen tmn tmen
kerja: krj kerjaan gawe
sekolah: sklh skul
libur: lbur
cabang: cbang
lokasi: lok lks lokasinya
posisi: pos-isi
peta: maps gmaps map
parkir: parkiran
motor: mtr-an
malem: mlem
siap: siyap
bareng: brg-an
bersama: brsama
sesuai: sesuain
beda: bda bedanya berbeda
cocok: ccok
muat: mwat muatnya
sempit: kesempitan kekecilan sesek
longgar: kelonggaran kebesaran kegedean
kependekan: kpendekan
kepanjangan: kpanjangan
nyaman: nyamanin
adem: adm
panas: pnas
gatal: gatel gtel
lecek: lcek kusut
ngetren: hits
cantik: cakep cakeup
lucu: lutju
jelek: jlek
palsu: kw fake
nipu: tipu penipu penipuan
percaya: prcaya pcy
testimoni: testi review ulasan
katalog: katalok catalog
contoh: cth sample sampel
minim: mnim
proses: prses diproses
status: sttus
tunai: cash kontan
gopay: gopey
ovo: opo
dana: dna
preorder: po pre-order preoder
pesananku: orderanku
paketku: paketan-ku
aktif: aktip
video: vidio vid
bukti: bkti
kode: kd
potongan: ptongan
potong: ptong
voucher: voucer vocer vcr vouchernya
hemat: irit
lunas: lunasin
dp: depe
jemput: jmput
antar: anter nganter anterin nganterin
titip: ntip nitip titipin
isi: isian
berisi: brisi
kerja: kerjain
selesai: kelar slese slesai
mulai: mule
cepat: gercep
segera: sgera
mungkin: mgkn mngkin
memang: emang emg mmg
seberapa: sbrp
sekitar: kisaran sktr
kira: kira2
hubung: hubungin ngehubungin
jalan: jln
kabupaten: kab
kecamatan: kec
provinsi: prov
perumahan: perum
kelurahan: kel
jawa: jwa
kalimantan: klmntan
sumatra: sumatera sumatr smtra
sulawesi: slwsi
lampung: lpg
palembang: plg-kota plmbg
pontianak: ptk
balikpapan: bpn
pekanbaru: pku
banjarmasin: bjm
yakin: yqin
jumlah: jml jmlh
total: ttl totalnya
bonus: bns
tambahan: tmbhan
pilih: plh milih pilihin
pilihan: plihan
tersedia: trsedia
tetap: ttep tetep
lupa: lp
salah: slh
benar: bnr bener
betul: btl-an
kurir: kurirnya
kosongin: kosongkan
surat: srt
hasil: hsl
gejala: gjala
demam: dmam
hamil: bumil
lahir: lhr
umur: umr usia
kontrol: kntrol
behel: bihil
scaling: skaling sekaling
bleaching: bliching
"""


def _read(lines: str) -> dict[str, str]:
    forms: dict[str, str] = {}
    for line in lines.strip().splitlines():
        standard, _, rest = line.partition(":")
        for form in rest.split():
            forms.setdefault(form, standard)
    return forms


# Form as typed -> standard word.
STANDARD = _read(_LINES)
