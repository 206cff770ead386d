COMPARE.error = (guess, want) => {
  if (guess.kind === "text") return guess.value.trim() === want.value[0] ? null : "";
  if (guess.kind !== "error" || !want.value.includes(guess.value)) return "";
  return guess.value === want.value[0] ? null : `Kelas \`${guess.value}\` memang mencakupnya, tetapi terlalu umum.`;
};
