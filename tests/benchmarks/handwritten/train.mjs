// The 2-3-1 ReLU network's training loop in JavaScript, by hand: the reference.
// Selects are faster here than branches, and an indexed loop than an iterator.

export function train(params, x, y, rates) {
  let [w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4] = params;
  const [x1, x2] = x;
  const target = y[0];
  for (let k = 0; k < rates.length; k++) {
    const z1 = w1 * x1 + w4 * x2 + b1;
    const z2 = w2 * x1 + w5 * x2 + b2;
    const z3 = w3 * x1 + w6 * x2 + b3;
    const h1 = z1 > 0 ? z1 : 0;
    const h2 = z2 > 0 ? z2 : 0;
    const h3 = z3 > 0 ? z3 : 0;
    const z4 = w7 * h1 + w8 * h2 + w9 * h3 + b4;
    const d4 = z4 > 0 ? 2 * rates[k] * (z4 - target) : 0;
    const d1 = z1 > 0 ? d4 * w7 : 0;
    const d2 = z2 > 0 ? d4 * w8 : 0;
    const d3 = z3 > 0 ? d4 * w9 : 0;
    w1 -= d1 * x1;
    w2 -= d2 * x1;
    w3 -= d3 * x1;
    w4 -= d1 * x2;
    w5 -= d2 * x2;
    w6 -= d3 * x2;
    w7 -= d4 * h1;
    w8 -= d4 * h2;
    w9 -= d4 * h3;
    b1 -= d1;
    b2 -= d2;
    b3 -= d3;
    b4 -= d4;
  }
  return [w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4];
}
