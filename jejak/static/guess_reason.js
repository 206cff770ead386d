// A guess that asks why: nothing is told of the first half before the second is there.
MORE.pair = (typed) => typed.replace(/^(True|False)[\s,]+["']?([a-z])["']?$/, '$1, "$2"');
MORE.list = (data) => Object.entries(data.reasons).map(([letter, reason]) => `${letter}. ${reason}`).join("\n");
MORE.reason = (data, guess, wrong, right, line) => {
  const parts = Array.isArray(guess.value) ? guess.value : [guess], letter = parts[1] && parts[1].value;
  const first = parts.length && parts.length < 3 ? parts[0] : {kind: "none"}, word = first.value ? "True" : "False";
  if (first.kind === "bool" && !(letter in data.reasons)) {
    return ["dan alasannya", `Mengapa? Tulis juga huruf alasannya, misalnya \`${word}, "a"\`.\n${MORE.list(data)}`];
  }
  const told = compareGuess(first, data.want);
  if (told !== null) return wrong(told);
  if (letter === data.because) return right(", dan alasannya tepat");
  return ["belum tepat", `\`${word}\` tepat, alasannya belum. ${data.replies[letter]}`, line];
};
