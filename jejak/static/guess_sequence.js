COMPARE.sequence = (guess, want) => {
  const parts = partsOf(guess), count = parts.length;
  if (!Array.isArray(guess.value)) {
    return want.list ? "Tebak dengan daftar di antara `[` dan `]`." : "Tebak dengan tuple, misalnya `(2,)` atau `(2, 3)`.";
  }
  if (count !== want.value.length) return `Panjang tebakan Anda ${count}; panjang hasilnya lain.`;
  return score(parts.map((part, at) => compareGuess(part, want.value[at]) === null));
};
