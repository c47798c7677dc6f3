"""What to use instead of NumPy functions that work in place or leave the array world."""

REPLACEMENTS = {
    "put": "It works in place; use riesz.at(x)[index].set(values).",
    "put_along_axis": "It works in place; use riesz.at(x)[index].set(values).",
    "place": "It works in place; use np.where(mask, values, x).",
    "putmask": "It works in place; use np.where(mask, values, x).",
    "copyto": "It works in place; use np.where(mask, source, x), or the source itself.",
    "fill_diagonal": "It works in place; use np.where(np.eye(n, dtype=bool), value, x).",
    "save": "It writes a file; save riesz.stop_gradient(x).",
    "savez": "It writes a file; save riesz.stop_gradient(x).",
    "array2string": "It makes text; format riesz.stop_gradient(x).",
    "array_repr": "It makes text; format riesz.stop_gradient(x).",
    "full": "Its value cannot be traced; use value * np.ones(shape) or np.broadcast_to.",
}
