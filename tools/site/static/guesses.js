// Boxes for guesses: judged in the page as a cell judges them, and remembered.

const NUMBERS = ["number", "tensor"];
const MARKS = {right: ["●", "tepat"], wrong: ["△", "keliru"], open: ["○", "terbuka"]};

function variantOf({want, because}) {
  const kinds = [want.kind, ...(want.kind === "sequence" ? want.value.map((part) => part.kind) : [])];
  if (because) return "reason";
  return kinds.some((kind) => NUMBERS.includes(kind)) && !want.truth ? "comma" : "";
}

function add(parent, name, text, looks) {
  const part = parent.appendChild(document.createElement(name));
  part.textContent = text || "";
  if (looks) part.className = looks;
  return part;
}

// A text in which `code` stands between backticks.
function written(parent, text) {
  text.split("`").forEach((piece, at) => { if (piece) add(parent, at % 2 ? "code" : "span", piece); });
}

// What was typed, with the quotes of Python where a phone's keyboard has curled them.
function typedIn(input) {
  return input.value.replace(/[\u201c-\u201f]/g, '"').replace(/[\u2018-\u201b]/g, "'");
}

// A guess with `True` or `False` and the letter of a reason is tapped as well as typed: every choice fills its half in.
function startChoices(root, input, data) {
  const choices = [], halves = () => typedIn(input).trim().match(/^(True|False)?[\s,]*["']?([a-z]?)["']?$/) || [];
  const choice = (parent, at, half, text) => {
    const button = add(parent, "button");
    button.type = "button";
    written(button, text);
    choices.push(() => { button.ariaPressed = String(halves()[at] === half); });
    button.onclick = () => {
      const [, word = "", letter = ""] = halves(), now = at === 1 ? [half, letter] : [word, half];
      input.value = [now[0], now[1] && `"${now[1]}"`].filter(Boolean).join(", ");
      mark();
    };
  };
  const mark = () => choices.forEach((look) => look());
  if (data.want.kind === "bool") {
    const words = add(root, "div", "", "pilihan");
    for (const word of ["True", "False"]) choice(words, 1, word, `\`${word}\``);
  }
  const reasons = Object.entries(data.reasons);
  const list = reasons.length && add(root, "ul", "", "alasan");
  for (const [letter, reason] of reasons) choice(add(list, "li"), 2, letter, `\`${letter}\` ${reason}`);
  input.addEventListener("input", mark);
  mark();
}

// `passed` is called once something was guessed, and with true when the reader skips.
function startGuess(root, passed) {
  const name = root.dataset.nama, before = store.get("guesses", name);
  if (root.dataset.tebak) askFor(root, name, before, passed);
  const curtain = add(root, "p", "", "tirai");
  add(curtain, "span", root.dataset.tebak ? "Lanjutannya terbuka sesudah Anda menebak." : "Tebak dulu dalam hati.");
  const skip = add(curtain, "button", root.dataset.tebak ? "Lewati" : "Buka lanjutannya");
  skip.type = "button";
  skip.onclick = () => {
    if (!store.get("guesses", name)) store.set("guesses", name, {skipped: true, tries: 0});
    passed(true);
  };
  return Boolean(before);
}

function askFor(root, name, before, passed) {
  const bytes = Uint8Array.from(atob(root.dataset.tebak), (letter) => letter.charCodeAt(0));
  const data = JSON.parse(new TextDecoder().decode(bytes)), assess = assessor(variantOf(data));
  const input = document.createElement("input");
  startChoices(root, input, data);
  const form = add(root, "div", "", "isian"), label = add(form, "label", "Tebakan Anda");
  const check = add(form, "button", "Periksa"), told = add(root, "p", "", "putusan");
  label.append(input);
  input.autocomplete = input.autocapitalize = "off";
  input.spellcheck = false;
  input.enterKeyHint = "done";
  check.type = "button";
  told.setAttribute("role", "status");
  const say = (look, heading, message) => {
    const [mark, kind] = MARKS[look];
    told.replaceChildren();
    told.className = `putusan ${kind}`;
    add(told, "b", `${mark} ${heading[0].toUpperCase()}${heading.slice(1)}. `);
    written(told, message);
  };
  if (before && before.tries) say(before.right ? "right" : "open", before.right ? "sudah tepat" : "pernah ditebak", "Boleh dicoba lagi.");
  check.onclick = () => {
    const [heading, message, judged] = assess(data, typedIn(input)), right = heading === "tepat";
    say(right ? "right" : judged ? "wrong" : "open", heading, message);
    if (!judged) return;
    const {tries = 0, right: once = false} = store.get("guesses", name) || {};
    store.set("guesses", name, {right: once || right, tries: tries + 1});
    passed(false);
  };
  input.onkeydown = (event) => {
    if (event.key === "Enter" && !event.isComposing) check.click();
  };
}
