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
  text.split("`").forEach((piece, at) => add(parent, at % 2 ? "code" : "span", piece));
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
  const reasons = Object.entries(data.reasons);
  if (reasons.length) {
    const list = add(root, "ul", "", "alasan");
    for (const [letter, reason] of reasons) written(add(list, "li"), `\`${letter}\` ${reason}`);
  }
  const form = add(root, "div", "", "isian"), label = add(form, "label", "Tebakan Anda");
  const input = add(label, "input"), check = add(form, "button", "Periksa"), told = add(root, "p", "", "putusan");
  input.autocomplete = input.autocapitalize = "off";
  input.spellcheck = false;
  input.enterKeyHint = "done";
  check.type = "button";
  told.setAttribute("role", "status");
  if (reasons.length) input.placeholder = 'True, "a"';
  const say = (look, heading, message) => {
    const [mark, kind] = MARKS[look];
    told.replaceChildren();
    told.className = `putusan ${kind}`;
    add(told, "b", `${mark} ${heading[0].toUpperCase()}${heading.slice(1)}. `);
    written(told, message);
  };
  if (before && before.tries) say(before.right ? "right" : "open", before.right ? "sudah tepat" : "pernah ditebak", "Boleh dicoba lagi.");
  check.onclick = () => {
    const [heading, message, judged] = assess(data, input.value), right = heading === "tepat";
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
