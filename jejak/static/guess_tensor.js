// Shape and numbers of what may stand for a tensor; null for anything else.
function asTensor(guess) {
  if (/number|bool/.test(guess.kind)) return {shape: [], flat: [Number(guess.value)], truth: guess.kind === "bool"};
  if (!Array.isArray(guess.value)) return null;
  const parts = guess.value.map(asTensor), count = parts.length;
  if (parts.some((part) => !part || `${part.shape}` !== `${parts[0].shape}`)) return null;
  const truth = count > 0 && parts.every((part) => part.truth);
  return {shape: [count, ...(count ? parts[0].shape : [])], flat: parts.flatMap((part) => part.flat), truth};
}

COMPARE.tensor = (guess, want) => {
  const got = asTensor(guess);
  if (!got) return "Tebak dengan bilangan, daftar bilangan, atau tensor.";
  if (got.truth !== want.truth) return `Tebak isinya dengan ${want.truth ? "`True` atau `False`" : "bilangan"}.`;
  const shape = got.shape, single = got.flat.length === 1 && want.value.length === 1 && !(shape.length && want.shape.length);
  if (`${shape}` !== `${want.shape}` && !single) {
    return `Bentuk tebakan Anda \`(${shape.join(", ")}${shape.length === 1 ? "," : ""})\`; bentuk hasilnya lain.`;
  }
  return score(got.flat.map((value, at) => isClose(value, Number(want.value[at]), want.whole)));
};
