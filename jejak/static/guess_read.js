"use strict";

// What was typed, as {kind, value}: numbers with the four operations and powers, lists, tuples, words. Throws.

const UNREADABLE = "Kotak ini membaca bilangan, daftar, `True`, `False`, `None`, teks di antara tanda petik, dan nama galat.";
const isErrorName = (name) => /^([A-Z]\w*Error|(Base)?Exception)$/.test(name);

function readGuess(text) {
  const tokens = text.replace(/[−–‒]/g, "-").match(/"[^"]*"|'[^']*'|\.\.\.|\*\*|[\d.]+(e[+-]?\d+)?|\w+|\S/gi) || [];
  const take = (...wanted) => wanted.includes(tokens[0]) && tokens.shift();
  const fail = () => {
    throw UNREADABLE;
  };
  const number = (value, whole) => ({kind: "number", value, whole});
  const items = (close) => {
    const found = [];
    let comma;
    while (!take(close)) {
      if (!tokens.length) return close ? fail() : [found, comma];
      if (found.length && !comma) fail();
      found.push(chain(() => chain(signed, "*", "/"), "+", "-"));
      comma = take(",");
    }
    return [found, comma];
  };
  const group = ([found, comma]) => (found.length === 1 && !comma ? found[0] : {kind: "tuple", value: found});
  const atom = () => {
    if (take("(")) return group(items(")"));
    if (take("[")) return {kind: "list", value: items("]")[0]};
    const token = tokens.shift() || "";
    if (token === "...") return {kind: "gap"};
    if (/^["']/.test(token)) return {kind: "text", value: token.slice(1, -1)};
    if (/^(True|False)$/.test(token)) return {kind: "bool", value: token === "True"};
    if (token === "None") return {kind: "none"};
    if (isErrorName(token)) return {kind: "error", value: token};
    return /^(?!0\d)\.?\d/.test(token) && token - 0 >= 0 ? number(token - 0, /^\d+$/.test(token)) : fail();
  };
  const join = (sign, left, right) => {
    const a = left.value, b = right.value;
    if (left.kind !== "number" || right.kind !== "number") fail();
    const value = {"+": a + b, "-": a - b, "*": a * b, "/": a / b, "**": a ** b}[sign];
    return number(value, sign !== "/" && left.whole && right.whole && Number.isInteger(value));
  };
  const signed = () => {
    const sign = take("-", "+");
    if (sign) return join(sign, number(0, true), signed());
    const base = atom();
    return take("**") ? join("**", base, signed()) : base;
  };
  const chain = (next, ...signs) => {
    let left = next(), sign;
    while ((sign = take(...signs))) left = join(sign, left, next());
    return left;
  };
  return tokens.length ? group(items()) : fail();
}
