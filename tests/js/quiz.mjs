// Reads cases as JSON from stdin and writes how quiz.js judges them; Python compares the verdicts with its own.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const {placeOf, brokenRule} = createRequire(import.meta.url)(process.env.QUIZ);
const [numbers, orders] = JSON.parse(readFileSync(0, "utf8"));
const told = [numbers.map(([known, text]) => placeOf(known, text)), orders.map(([rules, order]) => brokenRule(rules, order))];
process.stdout.write(JSON.stringify(told));
