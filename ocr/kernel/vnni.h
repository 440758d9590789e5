// Sums by AVX-512 VNNI; who includes this sets its own target, which must have that.
#pragma once
#include "float_kernel.h"
#define LANES 16
#include "core.h"
#include <immintrin.h>

namespace {

struct Vnni {
    static const int pixels = 8, blocks = 3; // 24 of 32 registers are sums
    typedef __m512i Sums;
    typedef __m512i Weights;
    typedef __m512i Four;
    INLINE Sums load(const int32_t *p) { return _mm512_loadu_si512(p); }
    INLINE Weights weights(const int8_t *p) { return _mm512_loadu_si512(p); }
    INLINE Four four(const uint8_t *p) {
        int32_t x;
        memcpy(&x, p, 4);
        return _mm512_set1_epi32(x);
    }
    INLINE void add(Sums &s, Four x, Weights w) { s = _mm512_dpbusd_epi32(s, x, w); }
    INLINE __m512 scaled(Sums s, const float *scale) { return _mm512_mul_ps(_mm512_cvtepi32_ps(s), _mm512_loadu_ps(scale)); }
    INLINE void store(Sums s, const float *scale, float *out) { _mm512_storeu_ps(out, scaled(s, scale)); }
    INLINE void store(Sums s, const float *scale, uint8_t *out, bool pool) {
        const __m512 v = _mm512_min_ps(_mm512_max_ps(scaled(s, scale), _mm512_setzero_ps()), _mm512_set1_ps(255));
        __m128i b = _mm512_cvtepi32_epi8(_mm512_cvttps_epi32(_mm512_add_ps(v, _mm512_set1_ps(0.5f))));
        if (pool)
            b = _mm_max_epu8(b, _mm_loadu_si128((const __m128i *)out));
        _mm_storeu_si128((__m128i *)out, b);
    }
};

} // namespace
