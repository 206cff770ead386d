// A decimal comma is two numbers to Python: said before anything is judged.
MORE.comma = (guess, want, typed) => {
  const single = want.kind === "number" || want.value.length === 1, parts = guess ? partsOf(guess) : [];
  const count = single ? 1 : want.shape && want.shape.length !== 1 ? 0 : want.value.length;
  const told = (shown) => `Untuk pecahan pakai titik: \`${shown}\`. Koma di Python memisahkan dua bilangan.`;
  if (!guess) return single && /^[+-]?\d+,\d+$/.test(typed) && told(typed.replace(",", "."));
  if (!count || (single && guess.kind !== "tuple") || parts.length !== 2 * count || !parts.every((part, at) => part.whole && (at % 2 === 0 || part.value >= 0))) return "";
  const points = parts.flatMap((part, at) => (at % 2 ? [] : [`${part.value}.${parts[at + 1].value}`]));
  return told(single ? points[0] : `[${points.join(", ")}]`);
};
