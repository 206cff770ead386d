COMPARE.number = (guess, want) => {
  const one = onlyOne(guess), wanted = Number(want.value);
  if (one.kind !== "number") return "Tebak dengan satu bilangan.";
  if (isClose(one.value, wanted, want.whole)) return null;
  return isClose(-one.value, wanted, want.whole) ? "Besarnya tepat, tandanya belum." : "";
};
