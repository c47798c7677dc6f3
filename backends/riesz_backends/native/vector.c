/* z = A v for a large matrix, or z = v A where TRANSPOSED: it is read once, several rows at a time,
 * at the speed of the memory. HEADER, T, TRANSPOSED and THRESHOLD are defined before. Sums run in
 * one order, whatever the number of threads. */
#include <stdint.h>
#ifdef _OPENMP
#include <omp.h>
#else
#define omp_get_max_threads() 1
#endif

typedef int64_t i64;
typedef struct { char head[HEADER]; char *data; int nd; i64 *shape, *strides; } Array;
enum { DONE, REFUSED };
enum { WIDTH = 2048 }; /* entries of z that stay in the first cache */

/* z_i = sum_j a_ij v_j: the entries of a row lie side by side */
static void across(i64 m, i64 n, const T *a, i64 row, const T *v, T *z) {
#pragma omp parallel for if (m * n > THRESHOLD)
    for (i64 block = 0; block < m / 4; block++) {
        const T *b = a + 4 * block * row;
        T s = 0, t = 0, u = 0, w = 0;
#pragma omp simd reduction(+ : s, t, u, w)
        for (i64 j = 0; j < n; j++) {
            s += b[j] * v[j];
            t += b[j + row] * v[j];
            u += b[j + 2 * row] * v[j];
            w += b[j + 3 * row] * v[j];
        }
        z[4 * block] = s, z[4 * block + 1] = t, z[4 * block + 2] = u, z[4 * block + 3] = w;
    }
    for (i64 i = m - m % 4; i < m; i++) {
        T s = 0;
#pragma omp simd reduction(+ : s)
        for (i64 j = 0; j < n; j++) s += a[i * row + j] * v[j];
        z[i] = s;
    }
}

/* z_j = sum_i v_i a_ij for n of the columns */
static void down(i64 m, i64 n, const T *a, i64 row, const T *v, T *z) {
    T s[WIDTH];
    i64 i = 0;
    for (i64 j = 0; j < n; j++) s[j] = 0;
    for (; i + 8 <= m; i += 8) {
        const T *b = a + i * row, *w = v + i;
#pragma omp simd
        for (i64 j = 0; j < n; j++)
            s[j] += w[0] * b[j] + w[1] * b[j + row] + w[2] * b[j + 2 * row] + w[3] * b[j + 3 * row] +
                    w[4] * b[j + 4 * row] + w[5] * b[j + 5 * row] + w[6] * b[j + 6 * row] +
                    w[7] * b[j + 7 * row];
    }
    for (; i < m; i++)
        for (i64 j = 0; j < n; j++) s[j] += v[i] * a[i * row + j];
    for (i64 j = 0; j < n; j++) z[j] = s[j];
}

static void along(i64 m, i64 n, const T *a, i64 row, const T *v, T *z) {
    const i64 each = (n / omp_get_max_threads() + 63) / 64 * 64;
    const i64 width = each < 64 ? 64 : each < WIDTH ? each : WIDTH;
#pragma omp parallel for if (m * n > THRESHOLD)
    for (i64 j = 0; j < n; j += width) down(m, n - j < width ? n - j : width, a + j, row, v, z + j);
}

static int side_by_side(const Array *x) {
    return x->strides[0] == sizeof(T) && (i64)x->data % (i64)sizeof(T) == 0;
}

i64 riesz_product(const Array *a, const Array *v, const Array *z) {
    const i64 size = sizeof(T), kept = a->shape[TRANSPOSED], summed = a->shape[!TRANSPOSED];
    const i64 step = a->strides[TRANSPOSED], over = a->strides[!TRANSPOSED];
    if (!side_by_side(v) || !side_by_side(z) || (i64)a->data % size || (step | over) % size) return REFUSED;
    const T *x = (const T *)a->data, *y = (const T *)v->data;
    if (over == size) across(kept, summed, x, step / size, y, (T *)z->data);
    else if (step == size) along(summed, kept, x, over / size, y, (T *)z->data);
    else return REFUSED;
    return DONE;
}
