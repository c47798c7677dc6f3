// What the kernels of dense linear algebra share: numbers, and entries of matrices that may lie
// anywhere. RIESZ_BLOCK rows and columns are one block; matrices of more are cut by the host.
//
// What comes before this text: `riesz_value`, the type of entries; `riesz_fma(a, b, c)` = a b + c;
// `riesz_quotient(a, b)` = a / b.

#define RIESZ_BLOCK 32
#define RIESZ_ROWS 8  // of threads; a row of them is as long as a block

// A real number is its own conjugate; the modulus that pivots are compared by is |x| + |y|.
RIESZ_FUNCTION R riesz_conj(R x) { return x; }
RIESZ_FUNCTION R riesz_real(R x) { return x; }
RIESZ_FUNCTION R riesz_modulus(R x) { return fabs(x); }
RIESZ_FUNCTION R riesz_modulus(riesz_complex<R> z) { return fabs(z.x) + fabs(z.y); }

struct riesz_matrices {
  long long row, column, batch;  // strides in bytes
};

// Entry (i, j) of a matrix.
static __device__ __forceinline__ riesz_value &riesz_entry(char *matrix, const riesz_matrices &l,
                                                           long long i, long long j) {
  return *(riesz_value *)(matrix + i * l.row + j * l.column);
}
