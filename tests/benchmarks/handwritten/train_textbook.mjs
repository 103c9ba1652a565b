// The same loop in the textbook's order of operations, which the exact form keeps bit for bit.

export function train(params, x, y, rates) {
  let [w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4] = params;
  const [x1, x2] = x;
  const target = y[0];
  for (let k = 0; k < rates.length; k++) {
    const rate = rates[k];
    const z1 = x1 * w1 + x2 * w4 + b1;
    const z2 = x1 * w2 + x2 * w5 + b2;
    const z3 = x1 * w3 + x2 * w6 + b3;
    const h1 = z1 <= 0 ? 0 : z1;
    const h2 = z2 <= 0 ? 0 : z2;
    const h3 = z3 <= 0 ? 0 : z3;
    const z4 = h1 * w7 + h2 * w8 + h3 * w9 + b4;
    const d4 = z4 <= 0 ? 0 : 2 * (z4 - target);
    const d1 = z1 <= 0 ? 0 : d4 * w7;
    const d2 = z2 <= 0 ? 0 : d4 * w8;
    const d3 = z3 <= 0 ? 0 : d4 * w9;
    w1 -= rate * (d1 * x1);
    w2 -= rate * (d2 * x1);
    w3 -= rate * (d3 * x1);
    w4 -= rate * (d1 * x2);
    w5 -= rate * (d2 * x2);
    w6 -= rate * (d3 * x2);
    w7 -= rate * (d4 * h1);
    w8 -= rate * (d4 * h2);
    w9 -= rate * (d4 * h3);
    b1 -= rate * d1;
    b2 -= rate * d2;
    b3 -= rate * d3;
    b4 -= rate * d4;
  }
  return [w1, w2, w3, w4, w5, w6, w7, w8, w9, b1, b2, b3, b4];
}
