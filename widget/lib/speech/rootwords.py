"""Indonesian root words a business meets, written for Kanal. They make root finding exact (an affix is only taken off where a known
root remains) and mark words that are certainly no misspelling of another. Read by roots.py and forms.py."""

_ROOTS_WORDS = """
    abadi abaikan abu acar acara aceh adat adik adil admin aduk agama agustus ahli air ajaib ajak ajar akad akal akar akhir akses akta aktif akui alam
    alamat alas alat alergi alih alir alis alpukat aman ambil ambon amerika amplop ampuh anak ancam andal android aneh aneka anggap anggar anggota
    anggrek angin angka angkat angkut angsur anjing anjur antar antre antri anyam apartemen api apik april arab arah arang area arisan arloji arsip
    arti asam asap asing asli asrama asuransi asyik atap atur australia awal awan awas awet ayah ayam ayun babak baca badan badut bagasi bagi bagus
    bahagia bahan bahas bahaya bahu baik baju bakar bakat baki bakso baku bakul balas bali balik balikpapan balok balon ban banding bandung bangku
    bangsa bangun banjarmasin banjir bantal banting bantu bar barang barat baring baris baru basah basi basuh batal batam batang batas batik batu bau
    bawa bawah bawang bayam bayang bayar bayi beban bebas bebek becak beda bedah bedak behel bekal bekas bekasi beku belah belajar belakang belanda
    belanja beli beliung belum benang benar bencana benda bendera bengkak bengkel bensin beras berat beres berita berkas bersih besar besi besok betah
    betul biasa biaya bijak biji bikin bilang bimbing bina bingkai bingung bintang biru bisik bisnis bocor bogor bohlam bola boleh bolu bom boneka bor
    borong bos bosan botol brokat buah buang buat bubuk bubur budaya buka bukti buku bulan bulat bulu bumbu bumi bunga bungkus bunuh bunyi buru buruk
    burung busa busana busuk butir butuh cabai cabang cabut cacat cahaya cair cakar campur canda candi canggih cangkir cantik cantum cap capai capek
    cari catat cegah cek celana celemek celup cemara cemas cendana cepat cerah cerai cerita cermat cermin cetak china cicil cina cincin cinta cita
    coba cocok cod cokelat coklat colok contoh copot corak cuaca cuci cucu cukup cukur curah curi custom cuti daerah daftar dagang daging dahi dahulu
    dakwa dalam dampak damping dana danau dandan dapur darah darat daring dasar daster data datang datar dateng daun daur daya debat debit debu dekat
    dekor delapan demam demo denda dengar denpasar depan depok deras desa desain desember detail detik dewasa diam didik diet digital dinas dinding
    dingin diri diskon dokter dokumen dompet donasi dorong dosa dosis dropship dua duduk duka dukung dulang dunia duplikat durasi duri dus edar edit
    efek ekonomi ekor ekspor ekspres ekstra elastis email emas ember embun emosi empat empuk enak enam encer endap energi engsel entah erat eropa es
    etalase evaluasi faedah faktur fasilitas favorit februari film fisik fisioterapi fitur format formulir foto fungsi furnitur gabung gading gadis
    gagal gagang gajah gaji gali gambar gamis gandum ganggu ganja ganteng ganti gantung garam garansi garasi garis garpu gas gasolin gatal gaul gaun
    gaya gedung gelang gelap gelar gelas gelombang gemar gembira gempa gemuk genap gendang gendong genset genteng gerabah gerak gerbang gesek geser
    getah gigi gila giling ginjal giro gitar gizi gojek golong goreng gores gosok gosong gotong grab grafik gratis grosir gudang gula guling gulung
    guna gunting gunung gurih guru habis hadap hadiah hadir hak hakim halal halaman halus hamil hampir hancur hangat hangus hanya hapus harap harga
    hari harian harum hasil hati haus helm hemat henti heran herbal hewan hias hibur hidang hidup hijab hijau hilang hingga hitam hitung hobi hormat
    hotel hubung hujan hukum huni huruf hutan hutang ibadah ide identitas ijin ikan ikat iklan iklim ikut ilmu iman imbang imlek impor imunisasi inap
    inci indah indonesia induk infeksi informasi ingat ingin injak insentif inspirasi instagram interior internet invois iphone iris isi islam istana
    istimewa istirahat istri izin jabat jadi jadwal jaga jagung jahe jahit jajan jakarta jaket jalan jalin jalur jam jam-tangan jamin jamu jamur
    jangka janji jantung januari jarak jarang jari jaring jas jasa jatah jati jatuh jauh jawa jawab jayapura jeans jebol jejak jelas jelek jelita
    jemput jemur jenis jenuh jepang jepit jeruk jilbab jilid jinjing jogja jual juara judi judul juga jujur juli jumat jumlah jumpa juni jurang jurus
    kabar kabel kabin kabur kaca kaca-mata kacamata kacang kacau kado kaget kagum kain kait kaki kaku kalap kaleng kali kalimantan kalung kamar kamera
    kamis kampung kampus kamus kanan kandang kandung kantong kantor kantung kaos kapal kapas kapasitas kapur karang karat karena karet kargo karton
    kartu karung karya karyawan kasar kasih kasir kasur kasus kata katalog katering katun kawal kawat kawin kaya kayu kebab kebaya kebun kecap kecewa
    keci kecil kejar keju kejut kelambu kelapa kelas keliling kelola keluar keluarga keluh kemarin kemas kembali kembang kemeja kena kenal kenang
    kencang kendala kendara kental kentang kenyang kepala kepang kepik keramik keranjang keras kereta kering keriput keris kerja kertas kerudung
    kerupuk kesal ketat ketik ketuk khas khawatir khusus kiblat kilat kios kipas kira kiri kirim kisah klaim klien klinik kode kolam koleksi koma
    komentar komisi kompor komputer kondisi konsep konsul konsultasi konsumen kontak kontrak kontrakan kontrol koper kopi koran korea kos kosmetik
    kosong kota kotak kotor kreasi kredit krem kripto kriya kuah kuas kuasa kuat kucek kucing kuda kudus kue kuku kukus kulit kulkas kumpul kunci
    kuning kunjung kuota kupang kupas kupon kupu kurang kuras kurir kursi kursus kurus kusam kusut kutip label lacak laci ladang lagu lahir lain laki
    laku lalat lama lamar lambang lambat lampau lampir lampu lampung lancar langgan langganan langgar langit langka langkah langsing lantai lapak
    lapang lapar lapis lapor laptop larang lari laris larut laser latar latih lauk laundry laut lawan layan layang layar lazada lebah lebar lebaran
    lebat lebih lecet legal leher lekas lelah lelaki lelang lem lemah lemari lemas lembab lembap lembar lembut lempar lengan lengkap lepas lestari
    letak letih lewat liat libur licin lidah liga lihat lilin lilit limbah lindung lipat lipstik lirik lisensi listrik liter logam logo lokal lokasi
    lolos lombok lompat lonceng longgar loper lowong luang luar luas lubang lucu luka lukis lulus lumpur lunak lunas luntur lupa luring lurus lusa
    lusuh maaf mabuk macam macet madu mahal mahasiswa main mainan makalah makan makassar maklum makna maksimal maksud mal malam malang malas malaysia
    mampir mampu manado mancing mandi manfaat mangga manggis mangkuk manik manis mantan mantap mantel marah maret masa masak masakan masalah masker
    masuk masyarakat mata matahari mataram mati mawar medali medan media mei mekar melar melati memar menang menantu mendung merah merek meriah merk
    mertua meses mesin mesra meter mewah mie mimpi minat minggu minimal minimum minum minyak miring mirip miskin mitra mobil modal model modern mohon
    moncong monitor montir motif motor mual muat muda mudah muka mukena mula mulai mulus mulut muncul murah murid murni musik musim muslim mustahil
    mutu nada nafas naik nakal nama nanas nangka narkoba nasi nasional negara negatif nego nekat nempel nenek neraca niat nikah nikmat nilai nilon
    ninggal noda nomor normal nota november nyala nyaman nyanyi nyata nyawa nyeri obat obral obrol odol ojek ojol oktober olah oles oli ombak omong
    ongkir ongkos online operasi opsi orang oranye organ oven pabrik pacar padam padang padat padi pagar paham pahat pahit pajak pajang pakai pakaian
    paket paksa paku palembang palsu pamer pamit panas panci pancing panda pandai pandan pandang panel panen panggang panggil pangku panitia panjang
    panjat pantai pantas pantau pantun papan paprika papua parah parfum pariwisata parkir partai parut pas pasang pasar pasien pasir paspor pasta
    pasti patah patuh patung paus paylater payung pecah pecel pedagang pedas pegang pekan pekanbaru pekat pel pelan pelanggan peledak pelihara peluang
    peluk pemilik pemilu pena penat pencil pendek pengantin pengaruh penjara pensil pensiun pentas penting penuh perak peran peras percaya pergi
    perhati periksa perintah periuk perlu permata permen pernah pernik perut pesan pesantren pesat pesawat pesta peta petak peti petik piala piano
    piara pijat pikir pilih pimpin pinang pindah pinggan pinggang pinggir pinjam pinjol pintar pintu pipa pipi piring pisah pisang pisau pistol pita
    plastik plat plong pohon pola polisi politik polos pompa pontianak popok populer porsi pos posisi potong praktik praktis predikat premium preorder
    presiden presisi pria pribadi primer printer produksi produsen program promo prosedur proses protes proyek puas puasa pucat puisi pukul pulang
    pulas pulau pulih pulpen pulsa puluh punah puncak pundak punggung pungut pupuk puput pura purba purnama pusat pusing putar putih putri putus
    python qris rabu racik racun ragam ragu rahasia raih rajin rajut rakit rakyat ramah ramai ramal rambut rame rangka rangkai ranjang ransel rantai
    rantang rapat rapi rapuh rasa rasio rata ratus raut rawan rawat raya rayap rayu ready rebus rebut receh redup reguler reka rekam rekan rekening
    rekomendasi rekrut rela relasi remaja rempah rempeyek renang rencana renda rendah rendam rentan renyah repot resah reseller resep resi resiko
    resmi restoran retak retur revisi riang rias riba ribet ribu ribut rilis rinci rindu ringan ringkas rintis risiko robek roda rok roket rokok rotan
    roti ruang ruas rugi ruko rumah rumput rumus rundung rupa rupiah rusa rusak rusuk rute rutin sabar sablon sabtu sabu sabun sabut sadar sahabat
    saham saing saji sakit saku salah salak saldo salep salin salju salon salur sama sambal sambung sambut sampah sampai sampel samping sampo sampul
    samsung samudra sandal sandang sandar sanding sangga sanggup sangkar santai santan santri santun sapa sapi sapu saputangan saran sarana sarang
    sarap saring sarung sasar sasirangan sastra sate satu saudara sawah sawit sayang sayap sayur scaling sebab sebar seberang sebut sedap sedekah
    sedia sedih sedot segar segel segi segitiga sehat sejahtera sejarah sejuk sekat sekolah selai selam selamat selang selaras selasa selatan
    selendang selera selesai selimut selip seloki semangat semarang sembako sembilan sembuh semen seminar semprot semut senam senang sendal sendi
    sendok senggol seni senin senjata sensor sentuh senyum sepatu sepeda sepi seprai september seragam serah serai serang serap serasi serat serbet
    serbu seret seri sering serius seru serut servis sesak sesal sesuai setel setia setor setrika sewa shopee siaga siang siap siar sibuk sidik sifat
    sikap sikat siksa siku silang simpan simpul sinar singapura singkat singkir singkong sintetis sinyal siram sirih sirip sisa sisi sisip sisir siswa
    sita situs skala skema skincare skor skripsi slot soal sofa sol solo solusi songket sopan sopir sorot sosial soto spon sprei stabil staf stasiun
    status stempel stiker stok strap studi suami suap suara suasana subuh subur suci sudut suhu suka sukses sulam sulap sulawesi suling sulit sultan
    sulung sumatra sumbang sumber sumbu sumpit sumur sunat sunyi supir suplai surabaya surat suruh surut survei susah susu susul susun susunan sutra
    suvenir swasta syal syarat syukur taat tabah tabel tabrak tabung tabur taburan tadi tagih tahan tahap tahu tahun tajam takar takjub taksi takut
    talenan tali taman tamat tambah tambal tambang tampan tampil tampung tamu tanah tanam tancap tanda tandan tandatangan tangan tangerang tangga
    tanggal tanggap tanggulang tanggung tangis tangkai tangkap tani tantang tapak taplak target tari tarif tarik taruh tas tata tatap tato tawar
    tayang tebak tebal tebang tebing tebu tebus teduh tegak tegang tegas teguh tegur teh tekan teknik teknisi tekstur tekuk telanjang telat teliti
    telur telusur teman temani tembaga tembak tembus tempah tempat tempe tempel tempo tempuh temu tenaga tenang tenda tendang tengah tenggelam tentu
    tenun tepat tepi tepuk tepung tera terang terapi teras terbang terbit terik terima terjang terminal ternak terus tetap tetes tiang tiba tidur tiga
    tikar tiket tikus tilang timbang timbul timbun timur tinggal tinggi tingkat tinjau tinta tipe tipis tipu tirai tirus titik titip togel toilet
    token tokoh tokopedia tolak tolong tombol tonton topeng topi toples total tradisi tradisional transaksi transfer transit transparan travel trik
    truk tua tuan tubuh tuduh tugas tuju tukang tukar tulang tuli tulis tulus tumbuh tumis tumpah tumpang tumpuk tumpul tunai tunang tunda tunduk
    tunggak tunggal tunggu tunik tunjang tunjuk tuntas tuntut turis turun turut tusuk tutorial tutup tutur tv uang uap ubah ubi ubin ucap udang udara
    ujar uji ujian ujung ukir ukur ukuran ulang ular ulas ulat ultah umpan umrah umroh umum umur undang undi unduh unggah unggul ungu unik unsur untai
    untung upah upaya urai urus urut usaha usia usik usir usul usung utama utang utara utuh vaksin vaksinasi variasi vas versi video vila visa vitamin
    voucher wadah wafat wajah wajan wajib waktu walau wangi wanita warga warna warung wastafel watak wayang wedang whatsapp wilayah wisata wisuda wol
    wortel wudu wujud yakin yatim yoga zaitun zaman zat
"""
ROOTS = frozenset(_ROOTS_WORDS.split())
