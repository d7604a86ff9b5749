// Prints what the official parser has against the AsyncAPI documents named as arguments; nothing if all are valid.
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const ERROR = 0;
const parser = new Parser();

for (const file of process.argv.slice(2)) {
  const { diagnostics } = await parser.parse(await readFile(file, "utf8"));
  for (const found of diagnostics.filter(({ severity }) => severity === ERROR)) {
    console.log(`${file}: ${found.path.join("/")}: ${found.message}`);
  }
}
