/* Runs a kernel over arrays: the one piece of C that all kernels share.

   A kernel knows one expression and two nested loops. The driver reads NumPy's array structures by
   their public binary layout, so that a call costs no Python; checks them; merges axes that lie
   behind each other in memory; cuts the domain where a rolled operand wraps around or a padded one
   ends, so that inside a piece every operand is affine or zero; and divides the work among threads.

   Results do not depend on the number of threads: a domain is always cut into the same pieces, and
   the partial sums of a full reduction are added in the order of the pieces.

   HEADER (bytes before the fields of an object), ITEMS (bytes before those of a tuple) and the
   codes of refusal below are shared with program.py. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#ifdef _OPENMP
#include <omp.h>
#include <pthread.h>
#endif

typedef int64_t i64;
enum { AXES = 12 };        /* of the domain, and of an array */
enum { BLOCK = 4096 };     /* entries whose partial results stay in the first-level cache */
enum { PIECES = 256 };     /* of a full reduction */
enum { TALL = 64 };        /* fewest rows to loop across */
enum { BAND = 512 };       /* rows of that loop, whose entries stay in the first-level cache */
enum { ALIGN = 64 };       /* a cut of the inner axis is a multiple of this */
enum { SHORT = 4 };        /* vectors of a row whose rest is worth a vector too, */
enum { FEW = 64 };         /* and most operands */
#ifdef __AVX512F__
enum { VECTOR = 64 };      /* bytes */
#else
enum { VECTOR = 32 };
#endif
enum { DONE, NOT_ARRAYS, LAYOUT, DTYPE, UNALIGNED, READONLY, EMPTY, STRIDED, ACROSS, MEMORY };
enum { ALIGNED_FLAG = 0x100, WRITEABLE_FLAG = 0x400 };

typedef void (*loops)(i64 n1, i64 n0, char *const *p, const i64 *s1, const i64 *s0);
typedef void (*combination)(char *const *into, char *const *from);

typedef struct {
  i64 reduced;         /* whether this is a result with fewer entries than the domain */
  i64 type;            /* NumPy's number of the dtype */
  i64 size;            /* of an item, in bytes */
  i64 inner;           /* its stride along the inner axis where the contiguous loops apply */
  i64 nd, shape[AXES]; /* of the array */
  i64 axis[AXES];      /* the axis of the domain that an axis of the array runs along, or -1 */
  i64 wraps;           /* whether it is rolled; else it is zero beyond its ends */
  i64 shift[AXES];     /* by axis of the domain */
  i64 length[AXES];    /* of a shifted array, by axis of the domain */
  char identity[16];   /* what a reduction starts from */
} operand;

typedef struct {
  loops contiguous, strided, across;
  combination combine;
  const void *array_type, *tuple_type;
  i64 foreign;           /* the mark of the other byte order */
  i64 outputs, operands; /* results come first */
  i64 reductions, refuses_empty;
  i64 cost;              /* of an entry; compared with `threshold` to decide on threads */
  i64 threshold;
  i64 narrow;            /* rows shorter than this are looped across */
  i64 called;            /* bytes of an entry of the functions called, if all have vector versions */
  i64 nd, domain[AXES];
  operand of[];
} program;

typedef struct {
  const program *g;
  int operands, nd, narrow;
  i64 n[AXES], rolled[AXES];
  char **p;        /* by operand */
  i64 *s;          /* strides by axis, then operand */
  int *beyond;     /* by operand: along how many axes a piece lies beyond its ends */
  const i64 *moves; /* by operand: bytes from one time to the next; 0: there is only one */
  i64 time;
} view;

typedef struct {
  char *data;
  int nd;
  intptr_t *shape, *strides;
  void *base, *dtype;
  int flags;
} array;

typedef struct {
  void *class;
  char kind, type, order, flags;
  int number;
} dtype;

static i64 *strides(const view *v, int axis) { return v->s + (i64)axis * v->operands; }
static i64 least(i64 x, i64 y) { return x < y ? x : y; }

/* --- threads: after a fork the child has none, and the parent's are not there to be woken ------ */

static int used_threads, forked;

#ifdef _OPENMP
static void in_child(void) { forked = used_threads; }
__attribute__((constructor)) static void on_load(void) { pthread_atfork(0, 0, in_child); }

static int threads_for(const program *g, i64 entries) {
  if (forked || entries < g->threshold / g->cost || omp_in_parallel()) return 1;
  return omp_get_max_threads();
}
#else
static int threads_for(const program *g, i64 entries) { return 1; }
#endif

/* --- arrays ------------------------------------------------------------------------------------ */

static i64 attach(view *v, int k, const void *object) {
  const operand *o = v->g->of + k;
  if (*(void *const *)((const char *)object + HEADER - sizeof(void *)) != v->g->array_type)
    return NOT_ARRAYS;
  const array *a = (const array *)((const char *)object + HEADER);
  const dtype *d = (const dtype *)((const char *)a->dtype + HEADER);
  if (d->number != o->type || d->order == (char)v->g->foreign) return DTYPE;
  if (!(a->flags & ALIGNED_FLAG)) return UNALIGNED;
  if (k < v->g->outputs && !(a->flags & WRITEABLE_FLAG)) return READONLY;
  if (a->nd != o->nd) return LAYOUT;
  for (int i = 0; i < v->nd; i++) strides(v, i)[k] = 0;
  for (int i = 0; i < a->nd; i++) {
    if (a->shape[i] != o->shape[i]) return LAYOUT;
    if (o->axis[i] >= 0) strides(v, (int)o->axis[i])[k] = a->strides[i];
  }
  v->p[k] = a->data + (v->moves ? v->time * v->moves[k] : 0);
  return DONE;
}

static i64 attach_all(view *v, const void *objects, int first, i64 count) {
  const void *type = *(void *const *)((const char *)objects + HEADER - sizeof(void *));
  const i64 size = *(const intptr_t *)((const char *)objects + HEADER);
  if (type != v->g->tuple_type || size != count) return NOT_ARRAYS;
  void *const *items = (void *const *)((const char *)objects + ITEMS);
  for (int i = 0; i < count; i++) {
    const i64 refusal = attach(v, first + i, items[i]);
    if (refusal) return refusal + 16 * (first + i);
  }
  return DONE;
}

/* Of an array without entries, NumPy's strides may be 0. */
static int has_entries(const operand *o) {
  for (int i = 0; i < o->nd; i++)
    if (!o->shape[i]) return 0;
  return 1;
}

static void fill(const view *v, int k) {
  const operand *o = v->g->of + k;
  i64 n[AXES], s[AXES], at[AXES] = {0};
  int m = 0;
  for (int i = 0; i < v->nd; i++)
    if (strides(v, i)[k]) n[m] = v->n[i], s[m++] = strides(v, i)[k];
  char *p = v->p[k];
  for (;;) {
    memcpy(p, o->identity, (size_t)o->size);
    int i = m - 1;
    for (; i >= 0; i--) {
      p += s[i];
      if (++at[i] < n[i]) break;
      p -= n[i] * s[i];
      at[i] = 0;
    }
    if (i < 0) return;
  }
}

/* --- geometry ---------------------------------------------------------------------------------- */

static void merge_axes(view *v) {
  int m = 0; /* the axis that the next one is tried to be merged into */
  for (int i = 1; i < v->nd; i++) {
    int merges = !v->rolled[m] && !v->rolled[i];
    const i64 *outer = strides(v, m), *inner = strides(v, i);
    for (int k = 0; merges && k < v->operands; k++) merges = outer[k] == inner[k] * v->n[i];
    if (merges)
      v->n[m] *= v->n[i];
    else
      m++, v->n[m] = v->n[i], v->rolled[m] = v->rolled[i];
    memmove(strides(v, m), inner, sizeof(i64) * (size_t)v->operands);
  }
  v->nd = v->nd ? m + 1 : 0;
  if (!v->nd) {
    v->nd = 1, v->n[0] = 1, v->rolled[0] = 0;
    memset(v->s, 0, sizeof(i64) * (size_t)v->operands);
  }
}

/* Whether to make the innermost axis the second: it is short, the second is not, and all reductions
   keep that one. */
static int turn_narrow(view *v) {
  const int m = v->nd;
  if (m < 2 || v->n[m - 1] >= v->g->narrow || v->n[m - 2] < TALL) return 0;
  i64 *inner = strides(v, m - 1), *outer = strides(v, m - 2);
  for (int k = 0; k < v->g->outputs; k++)
    if (v->g->of[k].reduced && !outer[k]) return 0;
  for (int k = 0; k < v->operands; k++) {
    const i64 s = inner[k];
    inner[k] = outer[k], outer[k] = s;
  }
  const i64 n = v->n[m - 1], rolled = v->rolled[m - 1];
  v->n[m - 1] = v->n[m - 2], v->n[m - 2] = n;
  v->rolled[m - 1] = v->rolled[m - 2], v->rolled[m - 2] = rolled;
  return 1;
}

static int is_contiguous(const view *v) {
  const i64 *s = strides(v, v->nd - 1);
  for (int k = 0; k < v->operands; k++)
    if (s[k] != v->g->of[k].inner) return v->nd == 1 && v->n[0] == 1;
  return 1;
}

/* --- one affine piece, one thread -------------------------------------------------------------- */

/* Entries first .. first + count of the axis `cut`, all entries of the others. */
static void walk(const view *v, loops run, char *const *base, int cut, i64 first, i64 count) {
  const int K = v->operands, m = v->nd;
  i64 n[AXES], at[AXES] = {0};
  char *p[K], *q[K];
  memcpy(n, v->n, sizeof n);
  n[cut] = count;
  for (int k = 0; k < K; k++) p[k] = base[k] + first * strides(v, cut)[k];
  const i64 *s0 = strides(v, m - 1);
  i64 still[K], rows[K];
  if (m == 1) { /* long sums run over blocks, as rows of a matrix */
    const i64 blocks = v->g->reductions ? n[0] / BLOCK : 0, rest = n[0] - blocks * BLOCK;
    for (int k = 0; k < K; k++) still[k] = 0, rows[k] = s0[k] * BLOCK;
    if (blocks) run(blocks, BLOCK, p, rows, s0);
    for (int k = 0; k < K; k++) q[k] = p[k] + blocks * rows[k];
    if (rest) run(1, rest, q, still, s0);
    return;
  }
  const i64 width = v->narrow ? BAND : v->g->reductions ? BLOCK : n[m - 1];
  for (;;) {
    for (i64 j = 0; j < n[m - 1]; j += width) {
      for (int k = 0; k < K; k++) q[k] = p[k] + j * s0[k];
      run(n[m - 2], least(width, n[m - 1] - j), q, strides(v, m - 2), s0);
    }
    int i = m - 3;
    for (; i >= 0; i--) {
      const i64 *s = strides(v, i);
      for (int k = 0; k < K; k++) p[k] += s[k];
      if (++at[i] < n[i]) break;
      for (int k = 0; k < K; k++) p[k] -= n[i] * s[k];
      at[i] = 0;
    }
    if (i < 0) return;
  }
}

/* --- one affine piece, several threads ---------------------------------------------------------- */

/* The axis to divide: kept by every reduction, so that no two threads add to one entry; else -1. */
static int shared_axis(const view *v) {
  int best = -1;
  for (int i = 0; i < v->nd; i++) {
    int kept = 1;
    for (int k = 0; k < v->g->outputs; k++) kept &= !v->g->of[k].reduced || strides(v, i)[k];
    const int worth = best < 0 || (v->n[best] < 64 && v->n[i] > v->n[best]);
    if (kept && worth) best = i;
  }
  return best;
}

static i64 share(const view *v, int axis, i64 n, int t, int T) {
  const i64 x = n / T * t + n % T * t / T, step = axis == v->nd - 1 ? ALIGN : 1;
  return t == T ? n : x / step * step;
}

static void divide(const view *v, loops run, int axis, int T) {
  const i64 n = v->n[axis];
  if (T <= 1) {
    walk(v, run, v->p, axis, 0, n);
    return;
  }
  used_threads = 1;
#ifdef _OPENMP
#pragma omp parallel for num_threads(T) schedule(static, 1)
#endif
  for (int t = 0; t < T; t++) {
    const i64 from = share(v, axis, n, t, T), to = share(v, axis, n, t + 1, T);
    if (to > from) walk(v, run, v->p, axis, from, to - from);
  }
}

/* Every reduction gives one number: pieces have partial ones, which are added in their order. */
static i64 reduce_fully(const view *v, loops run, i64 entries, int T) {
  const program *g = v->g;
  const int axis = 0, R = (int)g->outputs;
  const i64 unit = v->nd == 1 ? BLOCK : 1, units = (v->n[axis] + unit - 1) / unit;
  const i64 pieces = least(least(units, PIECES), entries / BLOCK + 1);
  if (pieces <= 1) {
    walk(v, run, v->p, axis, 0, v->n[axis]);
    return DONE;
  }
  char small[8192], *partial = small;
  const size_t bytes = (size_t)pieces * (size_t)R * 64;
  if (bytes > sizeof small && !(partial = malloc(bytes))) return MEMORY;
  if (T > 1) used_threads = 1;
#ifdef _OPENMP
#pragma omp parallel for num_threads(T) schedule(static) if (T > 1)
#endif
  for (i64 i = 0; i < pieces; i++) {
    char *p[v->operands];
    memcpy(p, v->p, sizeof p);
    for (int k = 0; k < R; k++) {
      if (!g->of[k].reduced) continue;
      p[k] = partial + (i * R + k) * 64;
      memcpy(p[k], g->of[k].identity, sizeof g->of[k].identity);
    }
    const i64 from = units * i / pieces * unit, to = least(units * (i + 1) / pieces * unit, v->n[axis]);
    walk(v, run, p, axis, from, to - from);
  }
  for (i64 i = 0; i < pieces; i++) {
    char *p[R];
    for (int k = 0; k < R; k++) p[k] = partial + (i * R + k) * 64;
    g->combine(v->p, p);
  }
  if (partial != small) free(partial);
  return DONE;
}

static i64 run_piece(const view *v, loops run) {
  i64 entries = 1;
  int full = v->g->reductions > 0;
  for (int i = 0; i < v->nd; i++) {
    entries *= v->n[i];
    for (int k = 0; k < v->g->outputs; k++) full &= !v->g->of[k].reduced || !strides(v, i)[k];
  }
  if (!entries) return DONE;
  const int T = threads_for(v->g, entries), axis = shared_axis(v);
  if (full) return reduce_fully(v, run, entries, T);
  divide(v, run, axis < 0 ? 0 : axis, axis < 0 ? 1 : T);
  return DONE;
}

/* --- rolls and padding ------------------------------------------------------------------------- */

static i64 wrapped(i64 shift, i64 n) { return (shift % n + n) % n; }

static int cut_at(i64 x, i64 *at, int count) {
  int i = count;
  while (i && at[i - 1] > x) i--;
  if (i && at[i - 1] == x) return count;
  memmove(at + i + 1, at + i, sizeof(i64) * (size_t)(count - i));
  at[i] = x;
  return count + 1;
}

/* The places where an operand wraps around, begins or ends along an axis, in order, and n after
   them; returns how many pieces they leave. */
static int cuts(const view *v, int axis, i64 *at) {
  const i64 n = v->n[axis], r = v->rolled[axis] - 1;
  int count = 1;
  at[0] = 0;
  for (int k = 0; k < v->operands; k++) {
    const operand *o = v->g->of + k;
    count = cut_at(o->wraps ? wrapped(o->shift[r], n) : o->shift[r], at, count);
    if (!o->wraps) count = cut_at(o->shift[r] + o->length[r], at, count);
  }
  at[count] = n;
  return at[count - 1] == n ? count - 1 : count;
}

/* Operands beyond whose ends a piece lies are zero there. */
static i64 run_padded(const view *piece, loops run) {
  const int K = piece->operands, inner = piece->nd - 1;
  static const char few[65536];
  const size_t bytes = (size_t)piece->n[inner] * 16;
  int any = 0;
  for (int k = 0; k < K; k++) any |= piece->beyond[k];
  if (!any) return run_piece(piece, run);
  char *many = bytes > sizeof few ? calloc(bytes, 1) : 0, *p[K];
  if (bytes > sizeof few && !many) return MEMORY;
  i64 s[(inner + 1) * K];
  view v = *piece;
  v.p = memcpy(p, piece->p, sizeof p), v.s = memcpy(s, piece->s, sizeof s);
  for (int k = 0; k < K; k++) {
    if (!v.beyond[k]) continue;
    p[k] = many ? many : (char *)few;
    for (int i = 0; i <= inner; i++) strides(&v, i)[k] = 0;
    if (run == v.g->contiguous) strides(&v, inner)[k] = v.g->of[k].inner;
  }
  const i64 refusal = run_piece(&v, run);
  free(many);
  return refusal;
}

/* Where an operand begins in a piece that starts at `at`; not to be used beyond its ends. */
static i64 begins(const view *whole, int axis, i64 at, int k) {
  const operand *o = whole->g->of + k;
  const i64 shift = o->shift[whole->rolled[axis] - 1];
  return o->wraps && shift ? wrapped(at - shift, whole->n[axis]) : at - shift;
}

static int is_beyond(const view *whole, int axis, i64 at, int k) {
  const operand *o = whole->g->of + k;
  const i64 i = begins(whole, axis, at, k);
  return !o->wraps && (i < 0 || i >= o->length[whole->rolled[axis] - 1]);
}

static i64 run_pieces(const view *whole, loops run, int axis, view *piece) {
  if (axis == whole->nd) return run_padded(piece, run);
  if (!whole->rolled[axis]) return run_pieces(whole, run, axis + 1, piece);
  const int K = whole->operands;
  const i64 n = whole->n[axis], *s = strides(whole, axis);
  i64 at[2 * K + 2], refusal = DONE;
  const int count = cuts(whole, axis, at);
  char *p[K];
  memcpy(p, piece->p, sizeof p);
  for (int i = 0; i < count && !refusal; i++) {
    for (int k = 0; k < K; k++) {
      const int beyond = is_beyond(whole, axis, at[i], k);
      piece->beyond[k] += beyond;
      if (!beyond) piece->p[k] = p[k] + begins(whole, axis, at[i], k) * s[k];
    }
    piece->n[axis] = at[i + 1] - at[i];
    refusal = run_pieces(whole, run, axis + 1, piece);
    for (int k = 0; k < K; k++) piece->beyond[k] -= is_beyond(whole, axis, at[i], k);
  }
  memcpy(piece->p, p, sizeof p);
  piece->n[axis] = n;
  return refusal;
}

/* --- a short row ------------------------------------------------------------------------------ */

static i64 lanes_of(const program *g) { return g->called ? VECTOR / g->called : 1; }

static int is_short(const view *v) {
  const i64 lanes = lanes_of(v->g), n = v->n[0];
  return v->nd == 1 && !v->rolled[0] && n < SHORT * lanes && n % lanes > 1 && v->operands <= FEW;
}

/* Entries 0 .. n - 1 of an operand, and the first one again up to the end of a vector. */
static void widen(const operand *o, const char *p, i64 s, i64 n, i64 lanes, char *room) {
  for (i64 i = 0; i < lanes; i++)
    memcpy(room + i * o->size, o->reduced ? o->identity : p + (i < n ? i : 0) * s, (size_t)o->size);
}

/* n entries as a vector of their own; each of them has its own sums, which are added in order. */
static void run_widened(const view *v, loops run, char *const *at, i64 n) {
  const program *g = v->g;
  const int K = v->operands, R = (int)g->outputs;
  const i64 lanes = lanes_of(g), *s = strides(v, 0);
  char room[K][VECTOR * 4] __attribute__((aligned(VECTOR))), *p[K];
  i64 step[K];
  for (int k = 0; k < K; k++) {
    const int still = k >= R && !s[k];
    p[k] = still ? at[k] : room[k], step[k] = still ? 0 : g->of[k].size;
    if (!still) widen(g->of + k, at[k], s[k], n, lanes, room[k]);
  }
  run(1, lanes, p, step, step);
  for (i64 i = 0; i < n; i++) {
    char *into[R], *from[R];
    for (int k = 0; k < R; k++) {
      into[k] = at[k] + i * s[k], from[k] = room[k] + i * g->of[k].size;
      if (!g->of[k].reduced) memcpy(into[k], from[k], (size_t)g->of[k].size);
    }
    if (g->reductions) g->combine(into, from);
  }
}

/* The compiler computes what is left of a row after its vectors entry by entry, which is dear where
   functions are called. So the rest of a short row is made a vector too. */
static i64 run_short(const view *v, loops run) {
  const program *g = v->g;
  const int alike = run == g->contiguous && !g->reductions;
  const i64 n = v->n[0], rest = n % lanes_of(g), *s = strides(v, 0);
  char *at[v->operands];
  if (!alike && !g->across) return ACROSS;
  for (int k = 0; k < v->operands; k++) at[k] = v->p[k] + (n - rest) * s[k];
  if (n > rest) run(1, n - rest, v->p, s, s);
  run_widened(v, alike ? run : g->across, at, rest);
  return DONE;
}

/* --- entry ------------------------------------------------------------------------------------- */

static i64 run_at(const program *g, const void *out, const void *x, const i64 *moves, i64 time) {
  const int K = (int)g->operands;
  char *p[K], *q[K];
  i64 s[(g->nd + 1) * K];
  view v = {.g = g, .operands = K, .nd = (int)g->nd, .p = p, .s = s, .moves = moves, .time = time};
  i64 empty = 0;
  for (int i = 0; i < v.nd; i++) {
    v.n[i] = g->domain[i];
    v.rolled[i] = 0;
    empty |= !v.n[i];
    for (int k = 0; k < K; k++)
      if (g->of[k].shift[i] || (!g->of[k].wraps && g->of[k].length[i] != v.n[i])) v.rolled[i] = i + 1;
  }
  i64 refusal = attach_all(&v, out, 0, g->outputs);
  if (!refusal) refusal = attach_all(&v, x, (int)g->outputs, K - g->outputs);
  if (refusal) return refusal;
  for (int k = 0; g->reductions && k < g->outputs; k++) {
    if (!g->of[k].reduced || !has_entries(g->of + k)) continue;
    if (empty && g->refuses_empty) return EMPTY;
    fill(&v, k);
  }
  if (empty) return DONE;
  merge_axes(&v);
  v.narrow = turn_narrow(&v);
  const loops run = v.narrow ? g->across : is_contiguous(&v) ? g->contiguous : g->strided;
  if (!run) return v.narrow ? ACROSS : STRIDED;
  if (is_short(&v)) return run_short(&v, run);
  if (v.nd == 1 && v.n[0] <= BLOCK && !v.rolled[0] && !g->reductions) { /* few entries: no detour */
    run(1, v.n[0], p, s, s);
    return DONE;
  }
  view piece = v;
  int beyond[K];
  memset(beyond, 0, sizeof beyond);
  memcpy(q, p, sizeof q);
  piece.p = q, piece.beyond = beyond;
  return run_pieces(&v, run, 0, &piece);
}

/* Zero, or 16 * operand + the reason of refusal; nothing has been computed then. */
i64 riesz_run(const program *g, const void *out, const void *x) { return run_at(g, out, x, 0, 0); }

typedef struct {
  const program *g;
  const void *out, *x;
  const i64 *moves;
} call;

/* All calls, from the call at[1] of the time at[0] to the end of the time before `end`. A refusal
   is that of the call where `at` stands. */
i64 riesz_repeat(const call *calls, i64 count, i64 end, i64 *at) {
  for (; at[0] < end; at[0]++, at[1] = 0)
    for (; at[1] < count; at[1]++) {
      const call *c = calls + at[1];
      const i64 refusal = run_at(c->g, c->out, c->x, c->moves, at[0]);
      if (refusal) return refusal;
    }
  return DONE;
}

i64 riesz_threads(void) {
#ifdef _OPENMP
  return forked ? 1 : omp_get_max_threads();
#else
  return 1;
#endif
}
