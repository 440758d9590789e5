#include "blocks.h"
#include "wide.h"
#include <string.h>

INLINE int least(int a, int b) { return a < b ? a : b; }
INLINE int most(int a, int b) { return a > b ? a : b; }

WIDE void block_sums(const uint8_t *px, int stride, int w, const int32_t *rows, int n, int16_t *sums, uint8_t *dark, int each) {
    for (int k = 0; k < n; k++, sums += each, dark += each) {
        memset(sums, 0, w * sizeof *sums);
        memset(dark, 0, w);
        for (int y = rows[k]; y < rows[k + 1]; y++) {
            const uint8_t *restrict row = px + (size_t)y * stride;
            uint16_t *restrict sum = (uint16_t *)sums;
            for (int x = 0; x < w; x++)
                sum[x] += row[x];
            uint8_t *restrict count = dark;
            for (int x = SIDE_AT; x < w - SIDE_AT; x++) {
                const uint8_t a = row[x - SIDE_AT], b = row[x + SIDE_AT], side = a < b ? a : b;
                const uint8_t apart = side > row[x] ? side - row[x] : 0;
                count[x] += apart > DARKER;
            }
        }
        // The quotients are as exact as those of whole numbers, but quicker.
        const float of = most(1, rows[k + 1] - rows[k]);
        for (int x = 0; x < w; x++)
            sums[x] = (int16_t)((float)((uint16_t)sums[x] * BLOCK) / of);
        for (int x = 0; x < w; x++)
            dark[x] = (uint8_t)((float)(dark[x] * BLOCK) / of);
    }
}

INLINE float grade(const float *grades, int d) { return d < 0 ? -grades[-d] : grades[d]; }

// lightest is the greatest of so many numbers.
INLINE int lightest(const int16_t *s, int n) {
    int v = s[0];
    for (int i = 1; i < n; i++)
        v = most(v, s[i]);
    return v;
}

// contrast is by how much a block is darker than both its sides; s is at its column.
INLINE int contrast(const int16_t *s) {
    int best = INT16_MIN;
    for (int c = -1; c <= 1; c++) {
        const int left = most(s[c - SIDE_AT - 1], s[c - SIDE_AT]), right = most(s[c + SIDE_AT], s[c + SIDE_AT + 1]);
        best = most(best, least(left, right) - s[c]);
    }
    return best;
}

enum { STROKES = MARGIN - 1 - SIDE_AT }; // columns in which other strokes of characters stand

WIDE void block_darkest(const int16_t *restrict sums, int16_t *restrict darkest, int n) {
    for (int x = 0; x + STROKES <= n; x++) {
        int16_t v = sums[x];
        for (int i = 1; i < STROKES; i++)
            v = sums[x + i] < v ? sums[x + i] : v;
        darkest[x] = v;
    }
}

// features describes the block in row k whose sum s is; at strokes is the darkest of the
// columns from there on.
INLINE void features(const int16_t *s, const int16_t *strokes, int dark, int each, int n, int k, const float *grades, float *out) {
    const int c = s[0];
    // What lies right beside a thin rule, what lies beside a thick one, and where other
    // strokes of characters stand.
    const int l1 = s[-2], r1 = s[2];
    const int l2 = lightest(s - SIDE_AT - 1, 2), r2 = lightest(s + SIDE_AT, 2);
    const int l3 = lightest(s - 2 * SIDE_AT - 2, 3), r3 = lightest(s + 2 * SIDE_AT, 3);
    const int tl = strokes[1 - MARGIN], tr = strokes[SIDE_AT + 1];
    *out++ = grade(grades, least(l1, r1) - c);
    *out++ = grade(grades, least(l2, r2) - c);
    *out++ = grade(grades, least(l3, r3) - c);
    *out++ = grade(grades, most(l2 - r2, r2 - l2));
    *out++ = grade(grades, most(l3 - r3, r3 - l3));
    *out++ = grade(grades, least(tl, tr) - c);
    *out++ = grade(grades, most(tl, tr) - c);
    *out++ = (float)dark / BLOCK;
    *out++ = grade(grades, least(s[-1], s[1]) - c);
    *out++ = grade(grades, most(s[-1], s[1]) - c);
    static const int beside[] = {-2, -1, 1, 2};
    for (int i = 0; i < 4; i++) {
        const int at = k + beside[i];
        if (at < 0 || at >= n) {
            *out++ = 0;
            *out++ = 0;
            continue;
        }
        const int16_t *o = s + beside[i] * each, *p = strokes + beside[i] * each;
        *out++ = grade(grades, contrast(o));
        *out++ = grade(grades, least(p[1 - MARGIN], p[SIDE_AT + 1]) - least(o[0], least(o[-1], o[1])));
    }
    int sum = 0, darker = 0, from = most(0, k - COMPANY), to = least(n, k + COMPANY + 1);
    for (int at = from; at < to; at++) {
        const int16_t *o = s + (at - k) * each;
        const int d = least(o[-SIDE_AT] + o[-SIDE_AT - 1], o[SIDE_AT] + o[SIDE_AT + 1]) / 2 - o[0];
        sum += least(most(d, -LOUD), LOUD);
        darker += d > 0;
    }
    *out++ = (float)c / (UINT8_MAX * BLOCK);
    *out++ = grade(grades, sum / (to - from));
    *out++ = (float)darker / (float)(to - from);
    *out++ = grade(grades, sum);
}

void block_features(const int16_t *sums, const int16_t *darkest, const uint8_t *dark, int each, int n, const int32_t *at, int blocks, const float *grades, float *out) {
    for (int i = 0; i < blocks; i++, out += FEATURES)
        features(sums + at[i], darkest + at[i], dark[at[i]], each, n, at[i] / each, grades, out);
}
