#include "float_kernel.h"
#define LANES 4
#include "core.h"

namespace {

typedef int16_t shorts __attribute__((vector_size(16)));
typedef int32_t words __attribute__((vector_size(16)));

// The kernel for any little-endian processor: 16-bit products of bytes, two of which
// may be added before they are widened. Vectors are of a size that all processors
// have; each is four channels, with two even and two odd bytes apart.
struct Portable {
    static const int pixels = 4, blocks = 1;
    struct Sums { words of[4]; };
    struct Weights { shorts even[4], odd[4]; };
    struct Four { shorts even, odd; };
    INLINE Sums load(const int32_t *bias) {
        Sums s;
        memcpy(&s, bias, sizeof s);
        return s;
    }
    INLINE Weights weights(const int8_t *p) {
        Weights w;
        UNROLL for (int i = 0; i < 4; i++) {
            shorts v;
            memcpy(&v, p + 16 * i, sizeof v);
            w.even[i] = v << 8 >> 8;
            w.odd[i] = v >> 8;
        }
        return w;
    }
    INLINE Four four(const uint8_t *p) {
        int32_t x;
        memcpy(&x, p, 4);
        return {(shorts)((words){} + (x & 0xff00ff)), (shorts)((words){} + (x >> 8 & 0xff00ff))};
    }
    INLINE void add(Sums &s, const Four &x, const Weights &w) {
        UNROLL for (int i = 0; i < 4; i++) {
            const words two = (words)(x.even * w.even[i] + x.odd * w.odd[i]);
            s.of[i] += (two << 16 >> 16) + (two >> 16);
        }
    }
    INLINE void store(const Sums &s, const float *scale, float *out) {
        for (int i = 0; i < 16; i++)
            out[i] = (float)s.of[i / 4][i % 4] * scale[i];
    }
    INLINE void store(const Sums &s, const float *scale, uint8_t *out, bool pool) {
        float some[16];
        store(s, scale, some);
        for (int i = 0; i < 16; i++) {
            float v = some[i] > 0 ? some[i] : 0;
            v = v < 255 ? v : 255;
            const uint8_t b = (uint8_t)(int32_t)(v + 0.5f);
            out[i] = pool && out[i] > b ? out[i] : b;
        }
    }
};

} // namespace

KERNEL(portable, convolve<Portable>)

#define DECLARE(name)                                                                                                                  \
    void name##_bytes(const conv *, const uint8_t *, const int8_t *, const int32_t *, const float *, uint8_t *);                       \
    void name##_floats(const conv *, const uint8_t *, const int8_t *, const int32_t *, const float *, float *);                        \
    void name##_softmax(int, int, int, float, float, const float *, float *, int32_t *, int32_t *);                                    \
    void name##_soften(int, int, int, float, const float *, float *, float *, float *, int32_t *, int32_t *);                          \
    extern const float_kernel name##_floats_of;

#ifdef __x86_64__
DECLARE(avx2)
DECLARE(vnni)
DECLARE(amx)
bool amx_granted();
#define EACH(what) {portable_##what, avx2_##what, vnni_##what, amx_##what}
#else
#define EACH(what) {portable_##what}
#endif

int kernel_runs(int kernel) {
    switch (kernel) {
    case PORTABLE: return 1;
#ifdef __x86_64__
    case AVX2: return __builtin_cpu_supports("avx2") != 0;
    case AMX: return kernel_runs(VNNI) && __builtin_cpu_supports("amx-int8") && amx_granted();
    case VNNI:
        return __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
#endif
    }
    return 0;
}

void conv_bytes(int kernel, const conv *c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, uint8_t *out) {
    static void (*const each[])(const conv *, const uint8_t *, const int8_t *, const int32_t *, const float *, uint8_t *) = EACH(bytes);
    each[kernel](c, in, weights, bias, scale, out);
}

void conv_floats(int kernel, const conv *c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, float *out) {
    static void (*const each[])(const conv *, const uint8_t *, const int8_t *, const int32_t *, const float *, float *) = EACH(floats);
    each[kernel](c, in, weights, bias, scale, out);
}

void log_softmax(int kernel, int rows, int classes, int stride, float floor, float likely, const float *logits, float *logp, int32_t *busy, int32_t *counts) {
    static void (*const each[])(int, int, int, float, float, const float *, float *, int32_t *, int32_t *) = EACH(softmax);
    each[kernel](rows, classes, stride, floor, likely, logits, logp, busy, counts);
}

void soften(int kernel, int rows, int classes, int stride, float likely, const float *logits, float *tops, float *sums, float *norms, int32_t *busy, int32_t *counts) {
    static void (*const each[])(int, int, int, float, const float *, float *, float *, float *, int32_t *, int32_t *) = EACH(soften);
    each[kernel](rows, classes, stride, likely, logits, tops, sums, norms, busy, counts);
}

static const float_kernel &of(int kernel) {
    static const float_kernel *const each[] =
#ifdef __x86_64__
        {&portable_floats_of, &avx2_floats_of, &vnni_floats_of, &amx_floats_of};
#else
        {&portable_floats_of};
#endif
    return *each[kernel];
}

void to_bytes(int kernel, int pixels, int channels, int outRow, int gelu, const float *in, const float *inv, const float *zero, uint8_t *out) {
    of(kernel).to_bytes(pixels, channels, outRow, gelu, in, inv, zero, out);
}
void depthwise(int kernel, int rows, int cols, int channels, int tapRows, int tapCols, int down, long inRow, const float *in, const float *weights, const float *bias, float *out) {
    of(kernel).depthwise(rows, cols, channels, tapRows, tapCols, down, inRow, in, weights, bias, out);
}
void channel_sums(int kernel, int pixels, int channels, const float *in, float *sums) { of(kernel).channel_sums(pixels, channels, in, sums); }
void scale_channels(int kernel, int pixels, int channels, const float *factors, float *values) { of(kernel).scale_channels(pixels, channels, factors, values); }
void add_floats(int kernel, long n, const float *a, const float *b, float *out) { of(kernel).add_floats(n, a, b, out); }
void pool_two(int kernel, int rows, int cols, int channels, const float *in, float *out) { of(kernel).pool_two(rows, cols, channels, in, out); }
void silu(int kernel, long n, float *values) { of(kernel).silu(n, values); }
void layer_norm(int kernel, int rows, int n, int stride, float epsilon, const float *in, const float *gain, const float *offset, float *out) {
    of(kernel).layer_norm(rows, n, stride, epsilon, in, gain, offset, out);
}
void attention(int kernel, int rows, int heads, int size, int inStride, int outStride, const float *qkv, float *out, float *scratch) {
    of(kernel).attention(rows, heads, size, inStride, outStride, qkv, out, scratch);
}
void perceptron(int kernel, int n, int figures, int units, const float *in, const float *weights, const float *bias, const float *outWeights, float outBias, float *out) {
    of(kernel).perceptron(n, figures, units, in, weights, bias, outWeights, outBias, out);
}
