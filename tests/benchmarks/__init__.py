"""What is run by hand to measure: cost by width, the tool itself, emitted code and its peers."""

import os

# Before NumPy is loaded: one thread for all, so that code is compared and not the scheduling of it.
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
