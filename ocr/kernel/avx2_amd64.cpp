#pragma GCC target("avx2")
#include "float_kernel.h"
#define LANES 8
#include "core.h"
#include <immintrin.h>

namespace {

// Products of neighbouring bytes are added in 16 bits, which must not overflow:
// quantize.py sees to that.
struct Avx2 {
    static const int pixels = 4, blocks = 1;
    struct Sums { __m256i low, high; };
    typedef Sums Weights;
    typedef __m256i Four;
    INLINE Sums load(const int32_t *p) { return {_mm256_loadu_si256((const __m256i *)p), _mm256_loadu_si256((const __m256i *)(p + 8))}; }
    INLINE Weights weights(const int8_t *p) { return load((const int32_t *)p); }
    INLINE Four four(const uint8_t *p) {
        int32_t x;
        memcpy(&x, p, 4);
        return _mm256_set1_epi32(x);
    }
    INLINE __m256i plus(__m256i sum, Four x, __m256i w) { return _mm256_add_epi32(sum, _mm256_madd_epi16(_mm256_maddubs_epi16(x, w), _mm256_set1_epi16(1))); }
    INLINE void add(Sums &s, Four x, const Weights &w) {
        s.low = plus(s.low, x, w.low);
        s.high = plus(s.high, x, w.high);
    }
    INLINE __m256 scaled(__m256i s, const float *scale) { return _mm256_mul_ps(_mm256_cvtepi32_ps(s), _mm256_loadu_ps(scale)); }
    INLINE void store(const Sums &s, const float *scale, float *out) {
        _mm256_storeu_ps(out, scaled(s.low, scale));
        _mm256_storeu_ps(out + 8, scaled(s.high, scale + 8));
    }
    INLINE __m256i rounded(__m256 v) {
        v = _mm256_min_ps(_mm256_max_ps(v, _mm256_setzero_ps()), _mm256_set1_ps(255));
        return _mm256_cvttps_epi32(_mm256_add_ps(v, _mm256_set1_ps(0.5f)));
    }
    INLINE void store(const Sums &s, const float *scale, uint8_t *out, bool pool) {
        const __m256i w = _mm256_packus_epi32(rounded(scaled(s.low, scale)), rounded(scaled(s.high, scale + 8))); // 0-3 8-11 4-7 12-15
        const __m256i order = _mm256_permute4x64_epi64(w, 0xd8);
        __m128i b = _mm_packus_epi16(_mm256_castsi256_si128(order), _mm256_extracti128_si256(order, 1));
        if (pool)
            b = _mm_max_epu8(b, _mm_loadu_si128((const __m128i *)out));
        _mm_storeu_si128((__m128i *)out, b);
    }
};

} // namespace

KERNEL(avx2, convolve<Avx2>)
