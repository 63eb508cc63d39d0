"""Places in Indonesia that a question names without being about them ("ongkir ke Denpasar"). Written for Kanal. Read by knowledge/language.py."""

_PLACES_WORDS = """
    aceh medan padang pekanbaru jambi palembang bengkulu lampung batam pangkalpinang belitung bangka riau binjai siantar bukittinggi dumai jakarta
    bogor depok tangerang bekasi serang cilegon bandung cimahi sukabumi cianjur garut tasikmalaya ciamis cirebon kuningan indramayu karawang
    purwakarta subang semarang solo surakarta jogja sleman bantul magelang salatiga pekalongan tegal brebes purwokerto cilacap kebumen purworejo
    temanggung wonosobo klaten boyolali sragen karanganyar wonogiri kudus jepara pati rembang blora demak kendal surabaya sidoarjo gresik malang batu
    kediri blitar tulungagung madiun ponorogo ngawi magetan pacitan trenggalek nganjuk jombang mojokerto pasuruan probolinggo lumajang jember
    banyuwangi bondowoso situbondo tuban lamongan bojonegoro madura bangkalan pamekasan sumenep bali denpasar ubud badung gianyar tabanan singaraja
    lombok mataram sumbawa bima kupang ende maumere labuan bajo ntb ntt pontianak singkawang banjarmasin banjarbaru palangkaraya sampit samarinda
    balikpapan bontang tarakan makassar parepare palu kendari manado gorontalo bitung mamuju ambon ternate tidore jayapura sorong manokwari merauke
    timika biak papua maluku sulawesi kalimantan sumatra jawa jabar jateng jatim jabodetabek banten indonesia nusantara
"""
PLACES = frozenset(_PLACES_WORDS.split())
