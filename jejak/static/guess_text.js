COMPARE.text = (guess, want) => {
  const plain = (text) => text.trim().replace(/\s+/g, " ").toLowerCase();
  if (guess.kind !== "text") return "Tebak dengan teks di antara tanda petik.";
  return plain(guess.value) === plain(want.value) ? null : "";
};
