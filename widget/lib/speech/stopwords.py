"""Words that say little: courtesies around a question, grammar, and verbs that fit every question. Written for Kanal.

Read by forms.py, which gives each word its role. FILLERS may stand around a phrase without asking anything; STOPS carry no information in a
search; WEAK words carry some ("where", "how long") but never decide alone; GENERAL words help where an entry has them and hardly count where it lacks them.
"""

_FILLERS_WORDS = """
    kak mbak mas bapak ibu bang om tante gan bos boss admin cs dok sob bro guys gaes teman dong sih deh kok nih tuh lah kan loh lho yah yuk iya oh eh
    ah hmm hm ohh duh wah nah hehe hihi haha wkwk wkwkwk xixi oke siap baik sip permisi maaf tolong mohon halo selamat pagi siang sore malam
    assalamualaikum waalaikumsalam warahmatullahi wabarakatuh salam tanya bertanya izin ijin numpang informasi terimakasih terima-kasih bantu dibantu
    sekalian dulu sebentar saya kami kita hari ini sekarang saat dear hi hello hey please pls plz sir madam miss excuse kindly thank thanks morning
    afternoon evening good ask question help there today now
"""
FILLERS = frozenset(_FILLERS_WORDS.split())

_STOPS_WORDS = """
    yang di ke dari dan atau untuk dengan pada kepada dalam oleh itu ini tersebut saya kamu kami kita dia ia mereka anda kalian beliau adalah ialah
    merupakan akan telah sedang juga saja pun jadi kalau jika bila apabila karena sebab agar supaya tapi tetapi namun hanya apa para si sang sebuah
    suatu hal secara tentang mengenai terhadap sebagai bagi serta maupun lalu kemudian maka sehingga begitu begini seperti nya kah lah rasanya
    sepertinya kira ya nanti tadi sangat agak cukup sekali lagi the a an is are was were be been am do does did can could will would shall should may
    might i me my mine you your yours we our us they them their he she it its this that these those of to in on at for from with by and or but if then
    so as than there here about into out up down what which who whom whose have has had get got just also too very really any some im ive id whats
    hows lets dont doesnt didnt isnt arent cant couldnt wouldnt shouldnt wont hasnt havent hadnt wasnt werent aint youll
    itll theyll theyre youre were weve youve theyve ive hes shes theres whys wheres whos whens itd id youd theyd must such own per via am
    him himself herself myself yourself yourselves themselves ourselves someone anyone everyone somebody anybody everybody everything none else
    whether though although while however until since during because unless except instead rather quite pretty actually basically literally really
    being having doing gonna wanna gotta mustnt neednt mightnt shes hed shed wed theyd thats theyre youd almost always sometimes often either neither
    etc plus somehow anyway whenever wherever whatever whichever whoever without within across around along among over under above below ago yet even
    every few several plenty less enough seem seems seemed
"""
STOPS = frozenset(_STOPS_WORDS.split())

_WEAK_WORDS = """
    ada bukan bisa mau ingin berapa kapan mana dimana kemana siapa kenapa bagaimana cara beli jual punya minta pakai dapat boleh harus perlu cari lihat
    masih belum sudah tidak jangan kalau hari orang barang produk toko tahu coba kasih bikin semua setiap banyak lebih paling kurang sampai kena biasa
    langsung sendiri macam jenis tempat hal saat waktu sekarang besok kemarin tadi mulai dekat bagus aman pernah pagi siang sore malam jam datang
    ambil jelas ganti lama model usah terima proses maksud benar baik sesuai tetap mungkin segera sekitar pilih arti mengerti tahun bulan
    pertama how when where why much many need want like know tell buy sell make take use find see look give there long still yet ever item items
    product products thing things available possible way one something anything someone lot first next after before between back go going come coming
    keep let try please again ok okay different other another each both same only most more less good best new old big small
    not nor getting gotten gets nothing nobody never yesterday tomorrow tonight recently lately anywhere somewhere everywhere nowhere put puts set turn thing
    happen say says said ask asking asked think thought guess suppose supposed believe wish hope point case bit piece stuff idea fact using used uses
    taken given gives giving goes gone went came comes become becomes became wants wanted needs needed tried tries trying keeps kept tells asks
    looking looks seeing makes making made
"""
WEAK = frozenset(_WEAK_WORDS.split())

_GENERAL_WORDS = """
    lewat via area daerah wilayah kawasan lengkap detail rinci rincian bagian sekitar arah depan belakang atas bawah samping sini situ sana butuh
    bantu tunggu tunjuk coba bawa taruh pegang buang tambah kurang naik turun masuk keluar jalan pergi pulang tinggal ikut lanjut selesai buat bentuk
    cocok pas suka senang sedih kecewa puas ragu yakin percaya bingung penasaran ingat lupa paham erti jawab balas kabar respon respons temu pilih
    terus bagus jelek cantik lucu keren mantap cepat lambat baru sedikit penuh ringan mudah susah sulit gampang ribet penting umum normal standar
    resmi otomatis manual sementara cukup prosedur langkah syarat aturan ketentuan kebijakan atur tentu keterangan jelas penjelasan terang contoh
    pilihan opsi alternatif solusi masalah kendala alasan tujuan hasil manfaat lebih kelebihan kekurangan tipe versi seri kategori jumlah total
    maksimal minimal maksimum minimum rata kisar kira perkiraan batas masa periode menit detik kali berikut awal akhir tengah awet tahan rapi teman
    pihak customer pelanggan pembeli penjual konsumen user member anggota sempat keburu telanjur terlanjur kebetulan rencana niat maksud harap pikir
    rasa dengar baca tulis sebut bilang cerita sama serupa mirip lain macam cari nemu muncul tampil lihat lihatlah cek infokan kabari bales cepetan
    segera buruburu urgent darurat perlu wajib apakah adakah bolehkah bisakah maukah sudahkah kapankah dimanakah through details complete whole part
    kind sort type maximum max min last soon quickly easily maybe person people customers guest week month year day days time times minute second also
    already currently usually normally directly online simply just able offer offers provide provides mean means happen happens work works wonder
    wondering interested
    reason situation guy guys folks lady man certain particular specific similar common general usual regular normal sure exactly correct right fine nice
    great bad understand unable impossible allowed near behind beside
"""
GENERAL = frozenset(_GENERAL_WORDS.split())

GREETINGS = frozenset(("pagi", "siang", "sore", "malam", "selamat", "halo"))
