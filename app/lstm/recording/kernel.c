/* Opening an LSTM cell in one pass, in float32: pre-activations become gates, gates become cell states, and the hidden
 * states that follow from them are compared with torch's. The equations are those of cell.py, which is also what runs
 * where this file is not compiled; here they are written a second time because the pass is what recording costs.
 *
 * Plain C11 with loops that compilers turn into vector instructions: no branch, no call and no alias inside them.
 * build_backend.py compiles it once for each set of instructions, each time under another NAME.
 */

#include <math.h>
#include <stdint.h>
#include <string.h>

#ifndef NAME
#define NAME open_cell
#endif
#define JOINED(name, end) name##end
#define NAME_OF(name, end) JOINED(name, end)

#ifdef _WIN32
#define EXPORTED __declspec(dllexport)
#else
#define EXPORTED __attribute__((visibility("default")))
#endif

static inline float from_bits(int32_t bits) {
    float value;
    memcpy(&value, &bits, sizeof value);
    return value;
}

static inline int32_t to_bits(float value) {
    int32_t bits;
    memcpy(&bits, &value, sizeof bits);
    return bits;
}

/* e^x as power * (1 + rest), for -87 <= x <= 88: x = k ln 2 + r with |r| <= ln 2 / 2 (Cody and Waite 1980, "Software
 * Manual for the Elementary Functions", chapter 6), power = 2^k, and rest = e^r - 1 by a polynomial whose relative
 * error is below 2e-8 (fitted to the least largest error). */
static inline float exp_rest(float x, float *power) {
    const float to_nearest = 12582912.0f; /* 1.5 * 2^23: what is added to it is rounded to an integer in its low bits */
    float k = x * 1.44269504f + to_nearest;
    *power = from_bits((int32_t)(((uint32_t)to_bits(k) - 0x4b400000u + 127u) << 23));
    k -= to_nearest;
    float r = (x - k * 0.693359375f) + k * 2.12194440e-4f; /* ln 2 in two parts; the first product is exact */
    float p = 0.00139464508f;
    p = p * r + 0.00836658385f;
    p = p * r + 0.0416662805f;
    p = p * r + 0.166665435f;
    p = p * r + 0.5f;
    return p * r * r + r;
}

/* 1 / (1 + e^-z), within 3 units in the last place. */
static inline float sigmoid(float z) {
    float x = -z;
    x = x < -87.0f ? -87.0f : x; /* written so that what is not a number stays none */
    x = x > 88.0f ? 88.0f : x;
    float power, rest = exp_rest(x, &power);
    return 1.0f / (1.0f + (power * rest + power));
}

/* (e^2|z| - 1) / (e^2|z| + 1) with the sign of z, within 3 units in the last place, near 0 too. */
static inline float hyperbolic_tangent(float z) {
    float x = 2.0f * fabsf(z);
    x = x > 44.0f ? 44.0f : x;
    float power, rest = exp_rest(x, &power);
    float e = power * rest + (power - 1.0f);
    return copysignf(e / (e + 2.0f), z);
}

/* One timestep of one sample. The largest difference is found among the bits of the absolute differences, which are
 * ordered as they are, with what is not a number above all that is one. */
static __attribute__((noinline)) uint32_t timestep(
    float *restrict i, float *restrict f, float *restrict g, float *restrict o, float *restrict c,
    const float *restrict c_prev, const float *restrict h, int64_t units) {
    uint32_t largest = 0;
    for (int64_t u = 0; u < units; u++) {
        float i_u = sigmoid(i[u]), f_u = sigmoid(f[u]), g_u = hyperbolic_tangent(g[u]), o_u = sigmoid(o[u]);
        float c_u = f_u * c_prev[u] + i_u * g_u;
        float difference = fabsf(o_u * hyperbolic_tangent(c_u) - h[u]);
        i[u] = i_u, f[u] = f_u, g[u] = g_u, o[u] = o_u, c[u] = c_u;
        uint32_t bits = (uint32_t)to_bits(difference);
        largest = bits > largest ? bits : largest;
    }
    return largest;
}

/* The same with projection, whose h is not m = o * tanh(c): m is kept instead of compared. */
static __attribute__((noinline)) void timestep_with_projection(
    float *restrict i, float *restrict f, float *restrict g, float *restrict o, float *restrict c,
    const float *restrict c_prev, float *restrict m, int64_t units) {
    for (int64_t u = 0; u < units; u++) {
        float i_u = sigmoid(i[u]), f_u = sigmoid(f[u]), g_u = hyperbolic_tangent(g[u]), o_u = sigmoid(o[u]);
        float c_u = f_u * c_prev[u] + i_u * g_u;
        i[u] = i_u, f[u] = f_u, g[u] = g_u, o[u] = o_u, c[u] = c_u;
        m[u] = o_u * hyperbolic_tangent(c_u);
    }
}

/* The bits of the largest absolute difference between two rows. */
static uint32_t row_difference(const float *restrict ours, const float *restrict theirs, int64_t units) {
    uint32_t largest = 0;
    for (int64_t u = 0; u < units; u++) {
        uint32_t bits = (uint32_t)to_bits(fabsf(ours[u] - theirs[u]));
        largest = bits > largest ? bits : largest;
    }
    return largest;
}

/* What is known of a cell, and what of it is written. N samples, H units, T timesteps in all. */
struct cell {
    float *gates;           /* (t, N, 4H): pre-activations, which become i, f, g, o */
    float *c;               /* (t, N, H), written */
    float *m;               /* (t, N, H), written; NULL without projection */
    const float *h;         /* (t, N, H), torch's hidden states; not read with projection */
    const float *carry;     /* (N, H): c before the first of these timesteps in the order of computation */
    const float *c_0;       /* (N, H): where each sample starts */
    const float *c_n;       /* (N, H): torch's c where each sample ends */
    const int64_t *lengths; /* (N,), or NULL when all have T timesteps */
    int64_t gates_row, row; /* how many numbers the rows of gates lie apart, and those of c, m and h: at least 4H, H */
};

/* Open t timesteps of a cell, from `first` of its T on; in reverse from the last one to the first. Where a sample has
 * ended c and m are 0 and its gates are left alone. Returns the bits of the largest absolute difference of h and of
 * the last c from torch's. */
EXPORTED uint32_t NAME(const struct cell *cell, int64_t first, int64_t timesteps, int64_t total, int64_t samples,
                       int64_t units, int32_t reverse) {
    uint32_t largest = 0;
    const int64_t to_previous = (reverse ? samples : -samples) * cell->row;
    for (int64_t step = 0; step < timesteps; step++) {
        int64_t t = reverse ? timesteps - 1 - step : step;
        for (int64_t n = 0; n < samples; n++) {
            const int64_t k = t * samples + n, last = (cell->lengths ? cell->lengths[n] : total) - 1;
            const int64_t place = k * cell->row;
            float *z = cell->gates + k * cell->gates_row, *c = cell->c + place, *m = cell->m ? cell->m + place : NULL;
            if (first + t > last) {
                memset(c, 0, (size_t)units * sizeof *c);
                if (m) memset(m, 0, (size_t)units * sizeof *m);
                continue;
            }
            const float *c_prev = step == 0 ? cell->carry + n * units : c + to_previous;
            if (reverse && first + t == last) c_prev = cell->c_0 + n * units;
            uint32_t found = 0;
            if (m)
                timestep_with_projection(z, z + units, z + 2 * units, z + 3 * units, c, c_prev, m, units);
            else
                found = timestep(z, z + units, z + 2 * units, z + 3 * units, c, c_prev, cell->h + place, units);
            largest = found > largest ? found : largest;
            if (first + t == (reverse ? 0 : last)) {
                found = row_difference(c, cell->c_n + n * units, units);
                largest = found > largest ? found : largest;
            }
        }
    }
    return largest;
}

/* Columns of the weights that are worked on at once, rows likewise, and the longest row. */
enum { COLUMNS = 16, ROWS = 4, LONGEST_ROW = 512 };

/* `columns` columns of the weights, (4H, size) and row-major, side by side: (size, COLUMNS), the missing ones 0. */
static void side_by_side(float *restrict panel, const float *restrict weight, int64_t size, int64_t columns) {
    for (int64_t k = 0; k < size; k++)
        for (int64_t j = 0; j < COLUMNS; j++) panel[k * COLUMNS + j] = j < columns ? weight[j * size + k] : 0.0f;
}

/* sums (rows, COLUMNS) += x (rows, size), whose rows lie `stride` numbers apart, times the panel (size, COLUMNS). */
static inline void add_products(float sums[ROWS][COLUMNS], const float *restrict x, int64_t stride, int64_t rows,
                                int64_t size, const float *restrict panel) {
    const float *row[ROWS];
    for (int64_t r = 0; r < ROWS; r++) row[r] = x + (r < rows ? r : rows - 1) * stride;
    for (int64_t k = 0; k < size; k++)
        for (int64_t r = 0; r < ROWS; r++)
            for (int64_t j = 0; j < COLUMNS; j++) sums[r][j] += row[r][k] * panel[k * COLUMNS + j];
}

/* What a small cell is opened from, beside `cell`, all of whose rows are `gates_row` apart. R = H, for nothing is
 * projected, and no sample ends early. */
struct products {
    const float *x;         /* (T, N, I) */
    const float *hidden;    /* (T, N, H) of torch's, the rows `stride` numbers apart */
    const float *h_0;       /* (N, H) */
    const float *weight_ih; /* (4H, I) */
    const float *weight_hh; /* (4H, H) */
    const float *bias_ih;   /* (4H,), or NULL */
    const float *bias_hh;   /* (4H,), or NULL */
    float *z;               /* (T, N, 4H), written: the pre-activations; or NULL */
    int64_t stride;
};

/* Open all of a small cell: the copy of its hidden states and the pre-activations too, which for large ones are left to
 * those who multiply faster. There is room for h_0 a timestep before its h, in the order of computation. I and H are at
 * most LONGEST_ROW. */
EXPORTED uint32_t NAME_OF(NAME, _whole)(const struct cell *cell, const struct products *products, float *h,
                                        int64_t timesteps, int64_t samples, int64_t inputs, int64_t units,
                                        int32_t reverse) {
    const int64_t rows = timesteps * samples, stride = cell->row;
    float *h_prev = h + (reverse ? samples : -samples) * stride, *h_0 = reverse ? h + rows * stride : h_prev;
    for (int64_t n = 0; n < samples; n++)
        memcpy(h_0 + n * stride, products->h_0 + n * units, (size_t)units * sizeof *h);
    for (int64_t r = 0; r < rows; r++)
        memcpy(h + r * stride, products->hidden + r * products->stride, (size_t)units * sizeof *h);

    float of_x[LONGEST_ROW * COLUMNS], of_h[LONGEST_ROW * COLUMNS];
    for (int64_t first = 0; first < 4 * units; first += COLUMNS) {
        const int64_t columns = 4 * units - first < COLUMNS ? 4 * units - first : COLUMNS;
        float bias[COLUMNS] = {0};
        for (int64_t j = 0; products->bias_ih && j < columns; j++)
            bias[j] = products->bias_ih[first + j] + products->bias_hh[first + j];
        side_by_side(of_x, products->weight_ih + first * inputs, inputs, columns);
        side_by_side(of_h, products->weight_hh + first * units, units, columns);
        for (int64_t r = 0; r < rows; r += ROWS) {
            const int64_t there = rows - r < ROWS ? rows - r : ROWS;
            float sums[ROWS][COLUMNS];
            for (int64_t k = 0; k < ROWS; k++) memcpy(sums[k], bias, sizeof bias);
            add_products(sums, products->x + r * inputs, inputs, there, inputs, of_x);
            add_products(sums, h_prev + r * stride, stride, there, units, of_h);
            for (int64_t k = 0; k < there; k++) {
                const int64_t place = (r + k) * cell->gates_row + first;
                memcpy(cell->gates + place, sums[k], (size_t)columns * sizeof *bias);
                if (products->z) memcpy(products->z + place, sums[k], (size_t)columns * sizeof *bias);
            }
        }
    }
    return NAME(cell, 0, timesteps, timesteps, samples, units, reverse);
}
