"""How a solution marks what a learner writes."""

OPEN, CLOSE = "# kunci", "# akhir kunci"
GAP = "...  # tulis di sini"
TAG = "kunci"  # a cell that only the solution has
