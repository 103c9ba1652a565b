"""Run the command line as `python -m symnet`.

In: the process's arguments. Out: its exit code.
"""

from symnet.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
