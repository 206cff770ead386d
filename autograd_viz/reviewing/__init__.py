"""Rekaman yang ditinjau: masalah yang tidak memberi galat, masing-masing dengan buktinya."""
