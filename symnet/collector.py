"""How seldom Python looks for cycles of objects, in a process that is symnet's own.

In: nothing. Out: nothing.
"""

import atexit
import gc


def collect_seldom() -> None:
    """Look a thousand times more seldom, and not when the process ends.

    SymPy and symnet are 300,000 objects that live to the end. To look through them again and again
    while they are imported, and once more when all memory is given back anyway, takes a third of
    the time of a short command. Only for a process that does nothing else: who uses symnet as a
    library has settings of his own.
    """
    first, *others = gc.get_threshold()
    gc.set_threshold(1000 * first, *others)
    atexit.register(gc.freeze)
