"""Assignment by index: where an entry is set twice, the last counts."""

import numpy as np
from declare import Numbers, whole
from places import MASKS, PLAIN, placed

draw = Numbers("update")

for index in PLAIN + MASKS:
    selected = np.zeros((3, 4))[index].shape
    for k, V in ((0, selected), (1, selected), (0, ())):
        x, v = draw.both(3, 4)[k], draw.both(*V)[k]
        whole("index_set", lambda x, v, index: placed(x, index, v, add=False), x, v, index=index)
