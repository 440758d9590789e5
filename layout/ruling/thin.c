#include "thin.h"
#include "wide.h"
#include <stdlib.h>
#include <string.h>

INLINE uint8_t most(uint8_t a, uint8_t b) { return a > b ? a : b; }

// greatest makes n + 2·reach numbers n: each is the greatest of 2·reach + 1 in a
// row. It finds that of 2, 4, 8 … first. Where the numbers lie at the end is
// returned; other is room for as many.
INLINE uint8_t *greatest(uint8_t *row, uint8_t *other, int n, int reach) {
    const int window = 2 * reach + 1;
    int of = 1, left = n + window - 1;
    while (of < window) {
        const int step = 2 * of <= window ? of : window - of;
        const uint8_t *restrict from = row;
        uint8_t *restrict to = other;
        left -= step;
        for (int x = 0; x < left; x++)
            to[x] = most(from[x], from[x + step]);
        of += step;
        uint8_t *swap = row;
        row = other, other = swap;
    }
    return row;
}

// A closing is the least of the greatest, which is the greatest of the negative; an
// opening is the closing of the negative. Beyond the picture is nothing.
WIDE static void thin_rows(const uint8_t *in, uint8_t *out, int w, int h, int reach, uint8_t light, uint8_t *a, uint8_t *b) {
    const uint8_t dark = (uint8_t)~light;
    for (int y = 0; y < h; y++, in += w, out += w) {
        memset(a, 0, reach);
        for (int x = 0; x < w; x++)
            a[reach + x] = in[x] ^ light;
        memset(a + reach + w, 0, reach);
        const uint8_t *m = greatest(a, b, w, reach);
        uint8_t *n = m == a ? b : a;
        memset(n, 0, reach);
        for (int x = 0; x < w; x++)
            n[reach + x] = (uint8_t)~m[x];
        memset(n + reach + w, 0, reach);
        m = greatest(n, n == a ? b : a, w, reach);
        for (int x = 0; x < w; x++)
            out[x] = (in[x] ^ dark) - m[x];
    }
}

int thin(const uint8_t *in, uint8_t *out, int w, int h, int reach, int light) {
    const size_t room = (size_t)w + 2 * reach;
    uint8_t *rows = malloc(2 * room);
    if (rows == NULL)
        return 0;
    thin_rows(in, out, w, h, reach, light ? 255 : 0, rows, rows + room);
    free(rows);
    return 1;
}

enum { SIDE = 16 };

typedef uint8_t bytes __attribute__((vector_size(SIDE)));

#ifdef __clang__
#define SHUFFLE(a, b, ...) __builtin_shufflevector(a, b, __VA_ARGS__)
#else
#define SHUFFLE(a, b, ...) __builtin_shuffle(a, b, (bytes){__VA_ARGS__})
#endif

INLINE bytes lower(bytes a, bytes b) { return SHUFFLE(a, b, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23); }
INLINE bytes upper(bytes a, bytes b) { return SHUFFLE(a, b, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31); }

// shuffled shuffles rows of a square, the first half with the second, as cards: after
// four times columns are rows.
INLINE void shuffled(const bytes *from, bytes *to) {
    for (int i = 0; i < SIDE / 2; i++) {
        to[2 * i] = lower(from[i], from[i + SIDE / 2]);
        to[2 * i + 1] = upper(from[i], from[i + SIDE / 2]);
    }
}

void turn_over(const uint8_t *in, uint8_t *out, int w, int h) {
    const int squares = w / SIDE * SIDE;
    int y = 0;
    for (; y + SIDE <= h; y += SIDE) {
        for (int x = 0; x < squares; x += SIDE) {
            bytes a[SIDE], b[SIDE];
            for (int i = 0; i < SIDE; i++)
                memcpy(&a[i], in + (size_t)(y + i) * w + x, SIDE);
            shuffled(a, b);
            shuffled(b, a);
            shuffled(a, b);
            shuffled(b, a);
            for (int i = 0; i < SIDE; i++)
                memcpy(out + (size_t)(x + i) * h + y, &a[i], SIDE);
        }
        for (int x = squares; x < w; x++)
            for (int i = y; i < y + SIDE; i++)
                out[(size_t)x * h + i] = in[(size_t)i * w + x];
    }
    for (; y < h; y++)
        for (int x = 0; x < w; x++)
            out[(size_t)x * h + y] = in[(size_t)y * w + x];
}
