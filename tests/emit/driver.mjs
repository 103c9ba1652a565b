// Runs emitted modules on inputs that tests/emit/fuzz.py wrote: node driver.mjs jobs.json
//
// A job: module, inputs, results (files), sizes (params, state, x, y), samples (rows in a case).

import { readFileSync, writeFileSync } from "node:fs";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";

function doubles(path) {
  const bytes = readFileSync(path);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Float64Array.from({ length: bytes.length / 8 }, (_, k) => view.getFloat64(8 * k, true));
}

function flat(value) {
  return typeof value === "number" ? [value] : Array.from(value).flatMap(flat);
}

/** Cut what the functions of a batch take into its samples. */
function rows(list, samples) {
  const width = list.length / samples;
  return Array.from({ length: samples }, (_, k) => list.slice(k * width, (k + 1) * width));
}

async function run({ module, inputs, results, sizes, samples }) {
  const network = await import(pathToFileURL(module));
  const all = doubles(inputs);
  const found = [];
  let place = 0;
  const take = (count) => all.subarray(place, (place += count));
  while (place < all.length) {
    const [params, state, x, y] = sizes.map(take);
    const rate = take(1)[0];
    const sample = [x, ...(sizes[3] ? [y] : [])].map((one) => (samples ? rows(one, samples) : one));
    const kept = sizes[1] ? [params, state] : [params];
    found.push(
      ...flat(network.forward(params, sample[0])),
      network.loss(params, ...sample),
      ...flat(network.gradients(params, ...sample)),
      ...flat(network.update(...kept, ...sample, rate)),
    );
  }
  const written = new DataView(new ArrayBuffer(8 * found.length));
  found.forEach((value, k) => written.setFloat64(8 * k, value, true));
  writeFileSync(results, written);
}

for (const job of JSON.parse(readFileSync(argv[2], "utf8"))) {
  await run(job);
}
