"""What the C library does with the memory of arrays that are freed.

By default glibc gives it back to the system as soon as 128 KiB are free, and the next array of that
size is made of fresh pages, which the system fills with zeros one by one: for arrays up to some
megabytes that takes longer than the arithmetic. The limit follows the largest block that a program
has freed, up to 32 MiB; twice as much may then stay with the process.
"""

import numpy as np

LARGEST = 2**25 - 2**16  # bytes; below the largest block that the limit follows


def keep() -> None:
    """Free one large block, of which no page was ever used.

    Where the limits are set by the environment (MALLOC_TRIM_THRESHOLD_ and its like), or another
    library allocates, nothing changes.
    """
    np.empty(LARGEST, np.uint8)
