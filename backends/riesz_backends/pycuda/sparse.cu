// The product of a sparse matrix, given by compressed rows, with the columns of x:
//     y[i, j] = sum of data[entry[k]] x[column[k], j] for start[i] <= k < start[i + 1].
// One thread per entry of y. Grid: ceil(rows * width / 256) blocks of 256 threads.
//
// What comes before this text: `riesz_value`, the type of data, x and y.
extern "C" __global__ void riesz_sparse_product(riesz_value *y, const riesz_value *data,
                                                const riesz_value *x, const long long *start,
                                                const long long *column, const long long *entry,
                                                const long long rows, const long long width) {
  const long long t = (long long)blockIdx.x * blockDim.x + threadIdx.x;
  if (t >= rows * width) return;
  const long long i = t / width, j = t % width;
  riesz_value sum = riesz_value(0);
  for (long long k = start[i]; k < start[i + 1]; k++) {
    sum = sum + data[entry[k]] * x[column[k] * width + j];
  }
  y[t] = sum;
}
