/* The 2-3-1 ReLU network's update and training loop in C, by hand: the reference. */

void hand_update(double *w, const double *x, const double *y, double rate)
{
    const double z1 = w[0] * x[0] + w[3] * x[1] + w[9];
    const double z2 = w[1] * x[0] + w[4] * x[1] + w[10];
    const double z3 = w[2] * x[0] + w[5] * x[1] + w[11];
    const double h1 = z1 > 0.0 ? z1 : 0.0;
    const double h2 = z2 > 0.0 ? z2 : 0.0;
    const double h3 = z3 > 0.0 ? z3 : 0.0;
    const double z4 = w[6] * h1 + w[7] * h2 + w[8] * h3 + w[12];
    if (z4 > 0.0) {
        const double d4 = 2.0 * rate * (z4 - y[0]);
        const double d1 = z1 > 0.0 ? d4 * w[6] : 0.0;
        const double d2 = z2 > 0.0 ? d4 * w[7] : 0.0;
        const double d3 = z3 > 0.0 ? d4 * w[8] : 0.0;
        w[6] -= d4 * h1;
        w[7] -= d4 * h2;
        w[8] -= d4 * h3;
        w[0] -= d1 * x[0];
        w[1] -= d2 * x[0];
        w[2] -= d3 * x[0];
        w[3] -= d1 * x[1];
        w[4] -= d2 * x[1];
        w[5] -= d3 * x[1];
        w[9] -= d1;
        w[10] -= d2;
        w[11] -= d3;
        w[12] -= d4;
    }
}

void hand_train(double *params, const double *x, const double *y, const double *rates, int steps)
{
    double w[13];
    for (int k = 0; k < 13; k++) {
        w[k] = params[k];
    }
    for (int k = 0; k < steps; k++) {
        hand_update(w, x, y, rates[k]);
    }
    for (int k = 0; k < 13; k++) {
        params[k] = w[k];
    }
}
