// null when right, else what a wrong guess deserves to hear beside the hint.
const COMPARE = {none: () => ""};
const onlyOne = (guess) => (Array.isArray(guess.value) && guess.value.length === 1 ? onlyOne(guess.value[0]) : guess);
const partsOf = (guess) => (Array.isArray(guess.value) ? guess.value : []);
const holdsGap = (guess) => guess.kind === "gap" || partsOf(guess).some(holdsGap);
const score = (same) => {
  const right = same.filter(Boolean).length;
  return right === same.length ? null : right ? `${right} dari ${same.length} unsur sudah tepat.` : "";
};

function compareGuess(guess, want) {
  const text = guess.kind === "text", named = guess.kind === "error" || (text && isErrorName(guess.value.trim()));
  if (named && want.kind !== "error" && !(text && want.kind === "text")) return "Di sini tidak muncul galat.";
  if (want.kind === "none" || guess.kind === "none") return want.kind === guess.kind ? null : "";
  return COMPARE[want.kind](guess, want);
}

// What only some boxes have: a reason that is asked for, numbers that may be written with a comma.
const MORE = {};

// [heading, message, line to paste] for what was typed; `data` is what jejak.guess_box wrote.
function assessGuess(data, text) {
  let typed = text.trim(), guess;
  if (MORE.pair) typed = MORE.pair(typed);
  const line = `tebakan = ${typed}`, comma = MORE.comma;
  const wrong = (told) => ["belum tepat", `${told ? told + " " : ""}Petunjuk: ${data.hint}`, line];
  const right = (more) => ["tepat", `Hasilnya \`${data.shown}\`${more}.`, line];
  try {
    guess = comma && comma(null, data.want, typed) || readGuess(typed);
  } catch (error) {
    return ["belum terbaca", error];
  }
  if (holdsGap(guess)) return ["belum ditebak", MORE.list ? MORE.list(data) : ""];
  if (MORE.reason) return MORE.reason(data, guess, wrong, right, line);
  if (typeof guess === "string") return ["belum terbaca", guess];
  const written = comma && comma(guess, data.want);
  if (written) return ["belum terbaca", written];
  const told = compareGuess(guess, data.want);
  return told === null ? right("") : wrong(told);
}
