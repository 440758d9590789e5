// What the kernels have in common. Each includes this with its own target set, so
// nothing here may be shared between them: all is in an unnamed namespace, and
// nothing of the standard library is used.
#pragma once
#include "kernel.h"
#include <string.h>

// The same on every processor: no product is rounded together with a sum.
#pragma GCC optimize("fp-contract=off")

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("GCC unroll 16")

namespace {

// Vectors that fill one register of the processor, for so many LANES as who includes this says: the
// compiler takes longer ones apart, and badly.
typedef float floats __attribute__((vector_size(4 * LANES)));
typedef int32_t ints __attribute__((vector_size(4 * LANES)));

// In how many parts sums are taken, on all processors, and how many vectors these are.
const int WIDE = 16, PARTS = WIDE / LANES;

// Lanes is how a kernel has 16 sums, one a channel: kernel.cpp has the plainest.

// tile adds up N blocks of channels for several pixels. Each weight that is loaded
// serves all the pixels, and each four bytes of input all the blocks.
template <class Lanes, int N>
INLINE void tile(const conv &c, const uint8_t *in, const int8_t *weights, const int32_t *bias, typename Lanes::Sums (&sums)[Lanes::pixels][N]) {
    const long block = 64l * c.kernelRows * c.fours, right = c.right;
    UNROLL for (int p = 0; p < Lanes::pixels; p++)
        UNROLL for (int n = 0; n < N; n++)
            sums[p][n] = Lanes::load(bias + 16 * n);
    for (int row = 0; row < c.kernelRows; row++, in += c.inRow)
        for (int k = 0; k < c.fours; k++, weights += 64) {
            typename Lanes::Weights w[N];
            UNROLL for (int n = 0; n < N; n++)
                w[n] = Lanes::weights(weights + n * block);
            UNROLL for (int p = 0; p < Lanes::pixels; p++) {
                const typename Lanes::Four x = Lanes::four(in + p * right + 4 * k);
                UNROLL for (int n = 0; n < N; n++)
                    Lanes::add(sums[p][n], x, w[n]);
            }
        }
}

template <class Lanes> INLINE void put(const typename Lanes::Sums &s, const float *scale, float *out, int, bool) { Lanes::store(s, scale, out); }

template <class Lanes> INLINE void put(const typename Lanes::Sums &s, const float *scale, uint8_t *out, int channels, bool pool) {
    if (channels >= 16)
        return Lanes::store(s, scale, out, pool);
    uint8_t some[16];
    memcpy(some, out, channels);
    Lanes::store(s, scale, some, pool);
    memcpy(out, some, channels);
}

// blocks makes N blocks of channels of the whole output.
template <class Lanes, int N, class T>
void blocks(const conv &c, int first, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, T *out) {
    const int from = 16 * first;
    for (int y = 0; y < c.rows; y++)
        for (int x = 0; x < c.cols; x += Lanes::pixels) {
            typename Lanes::Sums sums[Lanes::pixels][N];
            tile<Lanes, N>(c, in + (long)y * c.down + (long)x * c.right, weights + 4l * from * c.kernelRows * c.fours, bias + from, sums);
            T *to = out + (long)(y / c.pool) * c.outRow + (long)x * c.channels + from;
            UNROLL for (int p = 0; p < Lanes::pixels; p++) {
                if (x + p < c.cols)
                    UNROLL for (int n = 0; n < N; n++)
                        put<Lanes>(sums[p][n], scale + from + 16 * n, to + 16 * n, c.channels - from - 16 * n, y % c.pool != 0);
                to += c.channels;
            }
        }
}

template <class Lanes, class T>
INLINE void convolve(const conv &c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, T *out) {
    constexpr int most = Lanes::blocks, two = most > 1 ? 2 : 1;
    const int all = (c.channels + 15) / 16;
    for (int first = 0; first < all;) {
        const int left = all - first;
        if (left >= most && left != most + 1) {
            blocks<Lanes, most>(c, first, in, weights, bias, scale, out);
            first += most;
        } else if (left >= two) {
            blocks<Lanes, two>(c, first, in, weights, bias, scale, out);
            first += two;
        } else {
            blocks<Lanes, 1>(c, first, in, weights, bias, scale, out);
            first++;
        }
    }
}

// vector_of is up to LANES floats, filled up with others.
INLINE void vector_of(floats &v, const float *p, int n, float fill) {
    if (n >= LANES) {
        memcpy(&v, p, sizeof v);
        return;
    }
    float some[LANES];
    for (int i = 0; i < LANES; i++)
        some[i] = i < n ? p[i] : fill;
    memcpy(&v, some, sizeof v);
}

// add_power adds exp(x) for x of at most 0: 2ⁿ·exp(f), f being small (Cody & Waite 1980).
INLINE void add_power(floats &sum, const floats &over) {
    const floats x = over < -80 ? (floats){} - 80 : over;
    const ints n = __builtin_convertvector(x * 1.44269504f - 0.5f, ints); // towards 0, that is to the nearest of x/ln 2
    const floats m = __builtin_convertvector(n, floats), f = (x - m * 0.693359375f) + m * 2.12194440e-4f;
    const floats e = ((((1.9875691500e-4f * f + 1.3981999507e-3f) * f + 8.3334519073e-3f) * f + 4.1665795894e-2f) * f + 1.6666665459e-1f) * f + 5.0000001201e-1f;
    sum += (e * f * f + f + 1) * (floats)((n + 127) << 23);
}

// sum_of_parts adds up the parts of sums, one after the other.
INLINE float sum_of_parts(const floats (&sums)[PARTS]) {
    float parts[WIDE], sum = 0;
    memcpy(parts, sums, sizeof parts);
    for (int i = 0; i < WIDE; i++)
        sum += parts[i];
    return sum;
}

// logarithm is log(x) for x of at least 1, from the series of artanh.
INLINE float logarithm(double x) {
    int n = 0;
    for (; x > 1.42; x /= 2)
        n++;
    const double s = (x - 1) / (x + 1), q = s * s;
    return (float)(n * 0.69314718055994531 + 2 * s * (1 + q * (1 / 3. + q * (1 / 5. + q * (1 / 7. + q * (1 / 9. + q * (1 / 11.)))))));
}

// How many classes are looked at together: few of many matter, and lots of which none does are left out.
const int LOT = 4 * WIDE;

// lot_end is where the lot ends that begins at a class.
INLINE int lot_end(int from, int classes) { return from + LOT < classes ? from + LOT : classes; }

// any_above tells whether one of a lot is more than so much.
INLINE int any_above(const float *values, int from, int to, float least) {
    int any = 0;
    for (int c = from; c < to; c++)
        any |= values[c] > least;
    return any;
}

// add_classes adds the exp of some classes to sums, which are those of exp(logit - top), and returns the logarithm of all that
// was added up so far. Lots so far below the top that they hardly add up to anything are left out.
INLINE float add_classes(int classes, const float *logits, float &top, float *parts) {
    const float NOTHING = 20; // all the 18,710 classes of the reader of all print would be 4e-5 of the top at that
    floats v, sums[PARTS], tops = (floats){} + logits[0];
    for (int c = 0; c < classes; c += LANES) {
        vector_of(v, logits + c, classes - c, logits[0]);
        tops = v > tops ? v : tops;
    }
    float most = top;
    for (int i = 0; i < LANES; i++)
        most = tops[i] > most ? tops[i] : most;
    floats less = {}; // what the sums so far are worth beside the new top
    add_power(less, (floats){} + (top - most));
    memcpy(sums, parts, sizeof sums);
    UNROLL for (int k = 0; k < PARTS; k++)
        sums[k] = sums[k] * less;
    for (int from = 0; from < classes; from += LOT) {
        const int to = lot_end(from, classes);
        if (!any_above(logits, from, to, most - NOTHING))
            continue;
        for (int c = from; c < to; c += WIDE)
            UNROLL for (int k = 0; k < PARTS; k++) {
                vector_of(v, logits + c + k * LANES, to - c - k * LANES, most - 100);
                add_power(sums[k], v - most);
            }
    }
    memcpy(parts, sums, sizeof sums);
    top = most;
    return most + logarithm(sum_of_parts(sums));
}

// likely_classes stores those above likely, and returns how many they are.
INLINE int likely_classes(int classes, const float *values, float likely, int32_t *busy) {
    int n = 0;
    for (int from = 0; from < classes; from += LOT) {
        const int to = lot_end(from, classes);
        if (!any_above(values, from, to, likely))
            continue;
        for (int c = from; c < to; c++)
            if (values[c] > likely)
                busy[n++] = c;
    }
    return n;
}

INLINE void log_softmax_rows(int rows, int classes, int stride, float floor, float likely, const float *logits, float *logp, int32_t *busy, int32_t *counts) {
    for (; rows > 0; rows--, logits += stride, logp += classes) {
        float top = logits[0], parts[WIDE] = {};
        const float norm = add_classes(classes, logits, top, parts);
        for (int c = 0; c < classes; c++) {
            const float p = logits[c] - norm;
            logp[c] = p < floor ? floor : p;
        }
        busy += *counts++ = likely_classes(classes, logp, likely, busy);
    }
}

INLINE void soften_rows(int rows, int classes, int stride, float likely, const float *logits, float *tops, float *sums, float *norms, int32_t *busy, int32_t *counts) {
    for (; rows > 0; rows--, logits += stride, sums += WIDE) {
        *norms = add_classes(classes, logits, *tops++, sums);
        busy += *counts++ = likely_classes(classes, logits, *norms++ + likely, busy);
    }
}

#include "floats.h"

} // namespace

// What each kernel exports, under its own name; convolve is what computes its convolutions.
#define KERNEL(name, convolve)                                                                                                                \
    void name##_bytes(const conv *c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, uint8_t *out) {       \
        convolve(*c, in, weights, bias, scale, out);                                                                                          \
        const int rows = c->rows / c->pool;                                                                                                   \
        for (int y = 0; y < rows; y++)                                                                                                        \
            memset(out + (long)y * c->outRow + (long)c->cols * c->channels, 0, c->margin);                                                    \
    }                                                                                                                                         \
    void name##_floats(const conv *c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, float *out) {        \
        convolve(*c, in, weights, bias, scale, out);                                                                                          \
    }                                                                                                                                         \
    void name##_softmax(int rows, int classes, int stride, float floor, float likely, const float *logits, float *logp, int32_t *busy, int32_t *counts) { \
        log_softmax_rows(rows, classes, stride, floor, likely, logits, logp, busy, counts);                                                   \
    }                                                                                                                                         \
    void name##_soften(int rows, int classes, int stride, float likely, const float *logits, float *tops, float *sums, float *norms, int32_t *busy, int32_t *counts) { \
        soften_rows(rows, classes, stride, likely, logits, tops, sums, norms, busy, counts);                                                  \
    }                                                                                                                                         \
    extern const float_kernel name##_floats_of;                                                                                               \
    const float_kernel name##_floats_of = {to_bytes_of, depthwise_of, channel_sums_of, scale_channels_of, add_floats_of, pool_two_of, silu_of, layer_norm_of, attention_of, perceptron_of};
