/* z = x y for stacks of matrices two of whose lengths are small and known: SIDE 'r' has many rows
 * (K and N are given), SIDE 'c' sums over a long axis (M and N are given). HEADER, T, SIDE, K or M,
 * N and THRESHOLD are defined before. Sums run in one order, whatever the number of threads. */
#include <stdint.h>

typedef int64_t i64;
typedef struct { char head[HEADER]; char *data; int nd; i64 *shape, *strides; } Array;
enum { DONE, REFUSED };

static i64 offset(const Array *a, const Array *z, i64 batch) {
    i64 at = 0;
    for (int i = z->nd - 3; i >= 0; i--) {
        const int own = i - (z->nd - a->nd);
        const i64 k = batch % z->shape[i];
        batch /= z->shape[i];
        if (own >= 0 && a->shape[own] > 1) at += k * a->strides[own];
    }
    return at;
}

static int aligned(const Array *a) {
    i64 bits = (i64)a->data;
    for (int i = 0; i < a->nd; i++) bits |= a->strides[i];
    return bits % (i64)sizeof(T) == 0;
}

#if SIDE == 'r'
static void product(i64 m, const T *x, i64 xi, i64 xk, const T *y, i64 yk, i64 yn, T *z, i64 zi) {
    T w[K][N];
    for (int k = 0; k < K; k++)
        for (int n = 0; n < N; n++) w[k][n] = y[k * yk + n * yn];
    for (i64 i = 0; i < m; i++) {
        T s[N];
        for (int n = 0; n < N; n++) s[n] = x[i * xi] * w[0][n];
        for (int k = 1; k < K; k++)
            for (int n = 0; n < N; n++) s[n] += x[i * xi + k * xk] * w[k][n];
        for (int n = 0; n < N; n++) z[i * zi + n] = s[n];
    }
}
#else
static void product(i64 length, const T *x, i64 xi, i64 xk, const T *y, i64 yk, i64 yn, T *z, i64 zi) {
    T s[M][N] = {0};
    for (i64 k = 0; k < length; k++)
        for (int i = 0; i < M; i++)
            for (int n = 0; n < N; n++) s[i][n] += x[i * xi + k * xk] * y[k * yk + n * yn];
    for (int i = 0; i < M; i++)
        for (int n = 0; n < N; n++) z[i * zi + n] = s[i][n];
}
#endif

i64 riesz_product(const Array *x, const Array *y, const Array *z) {
    const i64 size = sizeof(T), last = z->strides[z->nd - 1];
    if (!aligned(x) || !aligned(y) || !aligned(z) || last != size) return REFUSED;
    const i64 xi = x->strides[x->nd - 2] / size, xk = x->strides[x->nd - 1] / size;
    const i64 yk = y->strides[y->nd - 2] / size, yn = y->strides[y->nd - 1] / size;
    const i64 zi = z->strides[z->nd - 2] / size;
    const i64 rows = z->shape[z->nd - 2], length = x->shape[x->nd - 1];
    i64 batches = 1;
    for (int i = 0; i < z->nd - 2; i++) batches *= z->shape[i];
#pragma omp parallel for if (batches * rows * length * N > THRESHOLD)
    for (i64 b = 0; b < batches; b++) {
        const T *xb = (const T *)(x->data + offset(x, z, b)), *yb = (const T *)(y->data + offset(y, z, b));
        T *zb = (T *)(z->data + offset(z, z, b));
        if (yn == 1 && xk == 1) product(SIDE == 'r' ? rows : length, xb, xi, 1, yb, yk, 1, zb, zi);
        else if (yn == 1 && xi == 1) product(SIDE == 'r' ? rows : length, xb, 1, xk, yb, yk, 1, zb, zi);
        else product(SIDE == 'r' ? rows : length, xb, xi, xk, yb, yk, yn, zb, zi);
    }
    return DONE;
}
