// Runs a script of a folder under MicroPython's WebAssembly port, which sees no other files:
// node micropython.mjs PORT FOLDER SCRIPT. Files that end in .out come back into the folder.

import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit, stdout } from "node:process";
import { pathToFileURL } from "node:url";

const [port, folder, script] = argv.slice(2);
const { loadMicroPython } = await import(pathToFileURL(port));
const board = await loadMicroPython({
  heapsize: 64 * 1024 * 1024,
  pystack: 256 * 1024,
  linebuffer: true,
  stdout: (line) => stdout.write(`${line}\n`),
});
for (const one of readdirSync(folder, { withFileTypes: true })) {
  // Not what Python keeps of the modules it has compiled.
  if (one.isFile()) board.FS.writeFile(one.name, readFileSync(join(folder, one.name)));
}
let code = 0;
try {
  board.runPython(readFileSync(join(folder, script), "utf8"));
} catch (error) {
  code = 1;
  if (error.type !== "SystemExit") {
    console.error(error.message);
  }
}
for (const name of board.FS.readdir(".").filter((one) => one.endsWith(".out"))) {
  writeFileSync(join(folder, name), board.FS.readFile(name));
}
exit(code);
