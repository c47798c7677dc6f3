"""Arrays on the device: what NumPy's functions of shape, creation and indexing make of them."""
