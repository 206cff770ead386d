"""Memutar rekaman: bingkai, kalimat, panggung, dan pemutar di peramban."""
