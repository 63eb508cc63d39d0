"""Indonesian root words a business meets, written for Kanal. They make root finding exact (an affix is only taken off where a known
root remains) and mark words that are certainly no misspelling of another. Read by roots.py and forms.py."""

_ROOTS_WORDS = """
    abadi abaikan abu ac acar acara aceh adat adik adil admin aduk agama agustus ahli air ajaib ajak ajar akad akal akar akhir akses akta aktif akui
    alam alamat alas alat alergi alih alir alis alpukat aman ambil ambon ambulans amerika amplop ampuh anak ancam andal android aneh aneka anggap
    anggar anggota anggrek anggur angin angka angkat angkut angsur anjing anjur antar antre antri anyam apartemen apel api apik aplikasi apotek april
    arab arah arang area arisan arloji arsip arti asam asap asing asli asma asrama asuransi asyik atap atur australia awal awan awas awet ayah ayam
    ayun babak baca badan badut bagasi bagi bagus bahagia bahan bahas bahaya bahu baik baju bakar bakat baki bakso baku bakul balas bali balik
    balikpapan balita balok balon ban banding bandung bangku bangsa bangun banjarmasin banjir bantal banting bantu bar barang barat baring baris baru
    basah basi basuh batal batam batang batas baterai batik batu batuk bau baut bawa bawah bawang bayam bayang bayar bayi beasiswa beban bebas bebek
    becak beda bedah bedak behel bekal bekas bekasi beku belah belajar belakang belanda belanja beli beliung belum benang benar bencana benda bendera
    bengkak bengkel benih bensin beras berat beres berita berkas bersih besar besi besok betah betul biasa biaya bibit bidan bijak biji bikin bilang
    bimbing bina binatang bingkai bingung bintang bioskop biru bis bisik bisnis blender bocor bogor bohlam bola boleh bolong bolu bom boneka bor
    borong bos bosan botol brokat buah buang buat buaya bubuk bubur budaya buka bukti buku bulan bulat bulu bumbu bumi bunga bungkus bunuh bunyi buru
    buruk burung busa busana busuk butir butuh cabai cabang cabe cabut cacat cahaya cair cakar campur canda candi canggih cangkir cangkul cantik
    cantum cap capai capek cari cas cat catat cegah cek celana celdam celemek celup cemara cemas cendana cepat cerah cerai cerita cermat cermin cetak
    charger china cicil cina cincin cinta cita coba cocok cod cokelat coklat colok colokan contoh cooker copot corak cuaca cuci cucu cukup cukur cumi
    curah curhat curi custom cuti daerah daftar dagang daging dahi dahulu dakwa dalam dampak damping dana danau dandan dapur darah darat daring dasar
    dasi daster data datang datar dateng daun daur daya debat debit debu dekat dekor delapan demam demo denda dengar denpasar depan depok deras desa
    desain desember detail detik dewasa diam diare didik diet digital dinas dinding dingin diri diskon dispenser dokter dokumen dompet donasi donat
    dorong dosa dosen dosis dropship dua duda duduk duka dukung dulang dunia duplikat durasi duri durian dus edar edit efek ekonomi ekor ekspor
    ekspres ekstra elastis email emas ember embun emosi empat empuk enak enam encer endap energi engsel entah erat eropa es etalase evaluasi faedah
    faktur fasilitas favorit februari film fisik fisioterapi fitur flashdisk flu format formulir foto fungsi furnitur gabung gading gadis gagal gagang
    gajah gaji galau gali galon gambar gamis gandum ganggu ganja ganteng ganti gantung garam garansi garasi garis garpu gas gasolin gatal gaul
    gaun gaya gayung gedung gelang gelap gelar gelas gelombang gemar gembira gempa gemuk genap gendang gendong genset genteng gerabah gerak gerbang
    gergaji gesek geser getah gigi gila giling ginjal giro gitar gizi gojek golong gorden goreng gores gosok gosong gotong grab grafik gratis grosir
    gudang gula gulai guling gulung guna gunting gunung gurih guru gusi habis hadap hadiah hadir hak hakim halal halaman halus hamil hampir hamster
    hancur handuk hangat hangus hanya hapus harap harga hari harian harimau harum hasil hati haus headset helm hemat henti heran herbal hewan hias
    hibur hidang hidung hidup hijab hijau hilang hingga hitam hitung hobi hormat hotel hubung hujan hukum huni huruf hutan hutang ibadah ide identitas
    ijazah ijin ikan ikat iklan iklim ikut ilmu iman imbang imlek impor imunisasi inap inci indah indonesia induk infeksi informasi ingat ingin injak
    insentif inspirasi instagram interior internet invois iphone iris isi islam istana istimewa istirahat istri izin jabat jadi jadwal jaga jagung
    jahe jahit jajan jakarta jaket jala jalan jalin jalur jam jam-tangan jamin jamu jamur janda jangka janji jantung januari jarak jarang jari jaring
    jas jasa jatah jati jatuh jauh jawa jawab jayapura jeans jebol jejak jelas jelek jelita jemput jemur jendela jenis jenuh jepang jepit jerawat
    jeruk jilbab jilid jinjing jodoh jogja jual juara judi judul juga jujur juli jumat jumlah jumpa juni jurang jurus kabar kabel kabin kabur kaca
    kaca-mata kacamata kacang kacau kado kaget kagum kain kait kaki kaktus kaku kalap kaleng kali kalimantan kalung kamar kambing kamera kamis kampung
    kampus kamus kanan kandang kandung kantong kantor kantung kaos kapal kapas kapasitas kapur karang karat karcis karena karet kargo karpet karton
    kartu karung karya karyawan kasar kasih kasir kasur kasus kata katalog katering katun kaus kawal kawat kawin kaya kayu kebab kebaya kebun kecap
    kecewa keci kecil kejar keju kejut kelambu kelapa kelas keliling kelinci kelola keluar keluarga keluh kemarin kemas kembali kembang kemeja
    kemoceng kena kenal kenang kencang kendala kendara kental kentang kenyang kepala kepang kepik kepiting keramik keran keranjang keras kerbau kereta
    kering keripik keriput keris kerja kertas kerudung kerupuk kesal ketat ketik ketuk keyboard khas khawatir khitan khusus kiblat kilat kios kipas
    kira kiri kirim kisah klaim klien klinik kode kolam koleksi kolesterol koma komentar komik komisi kompor komputer kondisi konsep konser konsul
    konsultasi konsumen kontak kontrak kontrakan kontrol koper kopi koran korea kos kosmetik kosong kota kotak kotor kreasi kredit krem kripto kriya
    kuah kuas kuasa kuat kucek kucing kuda kudus kue kuku kukus kulit kulkas kumpul kunci kuning kunjung kuota kupang kupas kupon kupu kurang kuras
    kurir kursi kursus kurus kusam kusut kutang kutip label lacak laci ladang lagu lahir lain laki laku lalat lama lamar lambang lambat lampau
    lampir lampu lampung lancar langgan langganan langgar langit langka langkah langsing lansia lantai lapak lapang lapar lapis lapor laptop larang
    lari laris larut laser latar latih lauk laundry laut lawan layan layang layar lazada lebah lebar lebaran lebat lebih lecet legal leher lekas lelah
    lelaki lelang lem lemah lemari lemas lembab lembap lembar lembur lembut lempar lengan lengkap lensa lepas lestari letak letih lewat liat libur
    licin lidah liga lihat lilin lilit limbah lindung lipat lipstik lirik lisensi listrik liter logam logo lokal lokasi lolos lombok lompat lonceng
    longgar loper lowong lowongan luang luar luas lubang lucu luka lukis lulus lumpur lunak lunas luntur lupa luring lurus lusa lusuh maaf maag mabuk
    macam macet madu mahal mahasiswa main mainan majalah makalah makan makassar maklum makna maksimal maksud mal malam malang malas malaysia mampir
    mampu manado mancing mandi manfaat mangga manggis mangkuk manik manis mantan mantap mantel marah maret masa masak masakan masalah masker masuk
    masyarakat mata matahari mataram mati mawar medali medan media mei mekar melar melati melon memar memori menang menantu mendung merah merek meriah
    merk mertua meses mesin mesra meter mewah mi mie mimpi minat minggu minimal minimum minum minyak miring mirip miskin mitra mobil modal model
    modern mohon moncong monitor montir monyet motif motor mual muat muda mudah mudik muka mukena mula mulai mulus mulut muncul murah murid murni
    museum musik musim muslim mustahil mutu nada nafas naik nakal nama nanas nangka narkoba nasi nasional negara negatif nego nekat nempel nenek
    neraca niat nikah nikmat nilai nilon ninggal noda nomor normal nota novel november nyala nyaman nyanyi nyata nyawa nyeri obat obeng obral obrol
    odol ojek ojol oktober olah oles oli ombak omong ongkir ongkos online operasi opsi orang oranye organ oven pabrik pacar padam padang padat padi
    pagar paham pahat pahit pajak pajang pakai pakaian paket paksa paku palembang palsu pamer pamit panas panci pancing panda pandai pandan pandang
    panel panen panggang panggil pangku panitia panjang panjat pantai pantas pantau pantun papan paprika papua parah parfum pariwisata parkir partai
    parut pas pasang pasar pasien pasir paspor pasta pasti patah patuh patung paus paylater payung pecah pecel pedagang pedas pegang pekan pekanbaru
    pekat pel pelan pelanggan peledak pelihara peluang peluk pemilik pemilu pena penat pencil pendek pengantin pengaruh penggaris penghapus penjara
    pensil pensiun pentas penting penuh perahu perak peran peras percaya pergi perhati periksa perintah periuk perlu permata permen pernah
    pernik perut pesan pesantren pesat pesawat pesta peta petak peti petik piala piano piara pijat pikir pilek pilih pimpin pinang pindah pinggan
    pinggang pinggir pinjam pinjol pintar pintu pipa pipi piring pisah pisang pisau pistol pita plastik plat plong pohon pola polisi politik polos
    pompa pontianak popok populer porsi pos posisi potong praktik praktis predikat premium preorder presiden presisi pria pribadi primer printer
    produksi produsen program promo prosedur proses protes proyek puas puasa pucat puding puisi pukul pulang pulas pulau pulih pulpen pulsa puluh
    punah puncak pundak punggung pungut pupuk puput pura purba purnama pusat pusing putar putih putri putus python qris rabu racik racun ragam ragu
    rahasia raih rajin rajut rak rakit rakyat ramah ramai ramal rambut rame rangka rangkai ranjang ransel rantai rantang rapat rapi rapor rapuh rasa
    rasio rata ratus raut rawan rawat raya rayap rayu ready rebus rebut receh redup reguler reka rekam rekan rekening rekomendasi rekrut rela relasi
    remaja rempah rempeyek renang rencana renda rendah rendam rendang rentan renyah repot resah reseller resep resi resiko resmi restoran retak retur
    revisi riang rias riba ribet ribu ribut rice rilis rinci rindu ringan ringkas rintis risiko robek roda rok roket rokok rontgen rotan roti ruang
    ruas rugi rujak ruko rumah rumput rumus rundung rupa rupiah rusa rusak rusuk rute rutin sabar sablon sabtu sabu sabuk sabun sabut sadar sahabat
    saham saing saji sakit saklar saku salah salak saldo salep salin salju salon salur sama sambal sambung sambut sampah sampai sampel samping sampo
    sampul samsung samudra sandal sandang sandar sandi sanding sangga sanggup sangkar santai santan santri santun sapa sapi sapu saputangan saran
    sarana sarang sarap sariawan saring sarung sasar sasirangan sastra sate satu saudara sawah sawit sayang sayap sayur scaling sebab sebar seberang
    sebut sedap sedekah sedia sedih sedot segar segel segi segitiga sehat sejahtera sejarah sejuk sekat sekolah selai selam selamat selang selaras
    selasa selatan selendang selera selesai selimut selip seloki semangat semangka semarang sembako sembilan sembuh semen semester seminar semprot
    semut senam senang sendal sendi sendok senggol seni senin senjata sensor sentuh senyum sepatu sepeda sepi seprai september seragam serah serai
    serang serap serasi serat serbet serbu seret seri sering serius seru serut servis sesak sesal sesuai setel setia setor setrika sewa shopee siaga
    siang siap siar sibuk sidik sifat sikap sikat siksa siku silang simpan simpul sinar singapura singkat singkir singkong sintetis sinyal siram sirih
    sirip sirup sisa sisi sisip sisir siswa sita situs skala skema skincare skor skripsi slot soal sofa sol solo solusi songket sopan sopir sorot
    sosial soto speaker spon sprei stabil staf stasiun status stempel stiker stok strap studi suami suap suara suasana subuh subur suci sudut suhu
    suka sukses sulam sulap sulawesi suling sulit sultan sulung sumatra sumbang sumber sumbu sumpit sumur sunat sunyi supir suplai surabaya surat
    suruh surut survei susah susu susul susun susunan sutra suvenir swasta syal syarat syukur taat tabah tabel tabrak tabung tabur taburan tadi tagih
    tahan tahap tahu tahun tajam takar takjub taksi takut talenan tali taman tamat tambah tambal tambang tampan tampil tampung tamu tanah tanam tancap
    tanda tandan tandatangan tangan tangerang tangga tanggal tanggap tanggulang tanggung tangis tangkai tangkap tani tantang tapak taplak target tari
    tarif tarik taruh tas tata tatap tato tawar tayang tebak tebal tebang tebing tebu tebus teduh tegak tegang tegas teguh tegur teh tekan teknik
    teknisi tekstur tekuk telanjang telat telinga teliti telur telusur teman temani tembaga tembak tembus tempah tempat tempe tempel tempo tempuh temu
    tenaga tenang tenda tendang tengah tenggelam tenggorokan tensi tentu tenun tepat tepi tepuk tepung tera terang terapi teras terbang terbit terik
    terima terjang terminal ternak terus tetap tetes tiang tiba tidur tiga tikar tiket tikus tilang timbang timbul timbun timur tinggal tinggi tingkat
    tinjau tinta tipe tipis tipu tirai tirus titik titip togel toilet token tokoh tokopedia tolak tolong tomat tombol tonton topeng topi toples total
    tradisi tradisional traktor transaksi transfer transit transparan travel trik truk tua tuan tubuh tuduh tugas tuju tukang tukar tulang tuli tulis
    tulus tumbuh tumis tumpah tumpang tumpuk tumpul tunai tunang tunda tunduk tunggak tunggal tunggu tunik tunjang tunjuk tuntas tuntut turis turun
    turut tusuk tutorial tutup tutur tv uang uap ubah ubi ubin ucap udang udara ujar uji ujian ujung ukir ukur ukuran ulang ular ulas ulat ultah umpan
    umrah umroh umum umur undang undi unduh unggah unggul ungu unik unsur untai untung upah upaya urai urus urut usaha usia usik usir usul usung usus
    utama utang utara utuh vaksin vaksinasi variasi vas versi video vila visa vitamin voucher wadah wafat wajah wajan wajib waktu walau wangi wanita
    warga warna warung wastafel watak wayang wedang whatsapp wifi wilayah wisata wisuda wol wortel wudu wujud yakin yatim yoga zaitun zaman zat
    akumulasi alternatif ampere antara bandara bandrol bekap bilyet blokir bobol bocah bongkar booking bursa cadang cakram cincang cireng copet cuan
    curang dadak darurat debitur deposit deposito desak diler dimsum domisili edukasi efektif eksternal elektronik eror evakuasi filter final fiskal
    fleksibel fokus frozen gadai galeri ganda gardan gawai gembok gerai gir grup gugat gugur guncang hajat hambat hantar imun inden ingkar inspeksi
    instal investasi iur jajak jangkau jebak jenguk jinak kaliper kampas karburator kecoh kedaluwarsa klik klinis kolom kompon komponen konfirmasi
    konsumsi koperasi kopling kuesioner kuliah kurs laborat lembek limit login logistik lounge luput magang magister mangkrak matik mekanik meleset
    mutasi nasabah netral nominal notifikasi nugget onderdil orisinal otomatis pakem pandu pangkas pasok penalti persen piringan plafon poin polis
    ponsel praktikum prasmanan premi profil provisi raport refund registrasi rekon rembes reservasi retas retribusi risol roller rujuk sahih santap
    sarjana selisih setuju sinkron siomay sokbreker spion subsidi sulih suntik surel susut tangguh telan tenor tikung tindak tiru tromol tuang unit
    uzur valas validasi verifikasi waris zona agunan perangkat pegawai pelumas
"""
ROOTS = frozenset(_ROOTS_WORDS.split())
