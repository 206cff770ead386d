// What the theme's scripts say, in place of Sphinx's own table, which has gaps.
Documentation.addTranslations({
  locale: "id",
  plural_expr: "0",
  messages: {
    "Search Results": "Hasil pencarian",
    "Searching": "Mencari",
    "Preparing search...": "Menyiapkan pencarian …",
    "Search finished, found one page matching the search query.": ["Ditemukan di ${resultCount} halaman."],
    "Your search did not match any documents. Please make sure that all words are spelled correctly and that you've selected enough categories.":
      "Tidak ada halaman yang memuat semua kata itu. Periksa ejaannya, atau cari dengan satu kata saja.",
    "Hide Search Matches": "Hilangkan tanda hasil pencarian",
    ", in ": ", di ",
  },
});
