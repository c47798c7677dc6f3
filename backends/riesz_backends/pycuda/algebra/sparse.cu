// Products of a sparse matrix by compressed rows with vectors or matrices.
//
// What comes before this text: `riesz_value`, the type of all numbers, and `riesz_fma(a, b, c)` =
// a b + c.

struct riesz_sparse_layout {
  long long rows, columns;             // of the product
  long long x_row, x_column;           // strides in bytes
  long long data;                      // the same of the entries
};

// y_ic = sum of s_k x_(j_k)c over the entries k of row i, in their order: those whose places
// `starts` counts from i to i+1, and of which `entries` says where the numbers are, `columns` the j_k.
// A thread computes an entry of y. Grid: ceil(rows * columns / 256) blocks of 256 threads.
extern "C" __global__ void riesz_sparse_product(riesz_value *y, const char *data, const char *x,
                                                const long long *starts, const long long *entries,
                                                const long long *columns,
                                                const riesz_sparse_layout s) {
  const long long t = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (t >= s.rows * s.columns) return;
  const long long i = t / s.columns, c = t % s.columns;
  riesz_value sum = riesz_value(0);
  for (long long k = starts[i]; k < starts[i + 1]; k++)
    sum = riesz_fma(*(const riesz_value *)(data + entries[k] * s.data),
                    *(const riesz_value *)(x + columns[k] * s.x_row + c * s.x_column), sum);
  y[t] = sum;
}
