COMPARE.bool = (guess, want) => {
  const one = onlyOne(guess);
  return one.kind !== "bool" ? "Tebak dengan `True` atau `False`." : one.value === want.value ? null : "";
};
