// What the kernels compute with floats; core.h includes it in its unnamed namespace, once for each target. Sums are taken in
// an order that is written here, and no product is rounded together with a sum, so all targets give the same bits.

typedef float eight __attribute__((vector_size(32)));
typedef int32_t eight_ints __attribute__((vector_size(32)));

template <class V> INLINE void load(V &v, const float *p) { memcpy(&v, p, sizeof v); }
template <class V> INLINE void store(float *p, const V &v) { memcpy(p, &v, sizeof v); }

// exp(x) for x of at most 0, as add_power has it.
template <class V, class I> INLINE void power(V &out, const V &over) {
    const V x = over < -80 ? (V){} - 80 : over;
    const I n = __builtin_convertvector(x * 1.44269504f - 0.5f, I);
    const V m = __builtin_convertvector(n, V), f = (x - m * 0.693359375f) + m * 2.12194440e-4f;
    const V e = ((((1.9875691500e-4f * f + 1.3981999507e-3f) * f + 8.3334519073e-3f) * f + 4.1665795894e-2f) * f + 1.6666665459e-1f) * f + 5.0000001201e-1f;
    out = (e * f * f + f + 1) * (V)((n + 127) << 23);
}

// x·Φ(x), with erf(x/√2) by an odd polynomial on ±4 that minimises the error of the product, which is 4e-5 at most.
template <class V> INLINE void gelu_of(V &v) {
    V y = v > 4 ? (V){} + 4 : v;
    y = y < -4 ? (V){} - 4 : y;
    const V q = y * y;
    const V e = (((((((-2.60245569e-9f * q + 2.08384624e-7f) * q - 7.31409957e-6f) * q + 1.49708227e-4f) * q - 2.01296978e-3f) * q + 1.90107643e-2f) * q - 1.31775648e-1f) * q + 7.97346781e-1f) * y;
    v = v * (e * 0.5f + 0.5f);
}

// narrow writes whole numbers from 0 to 255 as bytes.
template <class I> INLINE void narrow(uint8_t *out, const I &n) {
    for (unsigned i = 0; i < sizeof n / 4; i++)
        out[i] = (uint8_t)n[i];
}

#if LANES >= 8
INLINE void narrow(uint8_t *out, const eight_ints &n) {
    typedef uint8_t bytes __attribute__((vector_size(32)));
    const bytes all = (bytes)n, some = __builtin_shuffle(all, (bytes){0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 20, 24, 28});
    memcpy(out, &some, 4);
    memcpy(out + 4, (const uint8_t *)&some + 16, 4);
}
#endif

#if LANES == 16
INLINE void narrow(uint8_t *out, const ints &n) {
    typedef uint8_t bytes __attribute__((vector_size(LANES)));
    const bytes all = __builtin_convertvector(n, bytes);
    memcpy(out, &all, sizeof all);
}
#endif

template <bool gelu, class V, class I> INLINE void some_to_bytes(const float *in, const float *inv, const float *zero, uint8_t *out) {
    V v, k, z;
    load(v, in);
    load(k, inv);
    load(z, zero);
    if (gelu)
        gelu_of(v);
    v = v * k + z;
    v = v > 0 ? v : (V){};
    v = v < 255 ? v : (V){} + 255;
    const I n = __builtin_convertvector(v + 0.5f, I);
    narrow(out, n);
}

template <bool gelu> INLINE void to_bytes_rows(int pixels, int channels, int outRow, const float *in, const float *inv, const float *zero, uint8_t *out) {
    for (int p = 0; p < pixels; p++, in += channels, out += outRow) {
        int c = 0;
        for (; c + LANES <= channels; c += LANES)
            some_to_bytes<gelu, floats, ints>(in + c, inv + c, zero + c, out + c);
        for (; c < channels; c += 8)
            some_to_bytes<gelu, eight, eight_ints>(in + c, inv + c, zero + c, out + c);
    }
}

void to_bytes_of(int pixels, int channels, int outRow, int gelu, const float *in, const float *inv, const float *zero, uint8_t *out) {
    if (gelu)
        to_bytes_rows<true>(pixels, channels, outRow, in, inv, zero, out);
    else
        to_bytes_rows<false>(pixels, channels, outRow, in, inv, zero, out);
}

// depth makes N pixels of V's channels, which stand next to one another.
template <class V, int N> INLINE void depth(int channels, int tapRows, int tapCols, long inRow, const float *in, const float *weights, const V &bias, float *out) {
    V sums[N];
    UNROLL for (int i = 0; i < N; i++) sums[i] = bias;
    for (int r = 0; r < tapRows; r++)
        for (int c = 0; c < tapCols; c++, weights += channels) {
            V w;
            load(w, weights);
            const float *at = in + r * inRow + (long)c * channels;
            UNROLL for (int i = 0; i < N; i++) {
                V v;
                load(v, at + (long)i * channels);
                sums[i] = sums[i] + v * w;
            }
        }
    UNROLL for (int i = 0; i < N; i++) store(out + (long)i * channels, sums[i]);
}

template <class V> INLINE void depth_row(int cols, int channels, int tapRows, int tapCols, long inRow, const float *in, const float *weights, const float *bias, float *out, int c) {
    V b;
    load(b, bias + c);
    int x = 0;
    for (; x + 6 <= cols; x += 6)
        depth<V, 6>(channels, tapRows, tapCols, inRow, in + (long)x * channels + c, weights + c, b, out + (long)x * channels + c);
    for (; x < cols; x++)
        depth<V, 1>(channels, tapRows, tapCols, inRow, in + (long)x * channels + c, weights + c, b, out + (long)x * channels + c);
}

void depthwise_of(int rows, int cols, int channels, int tapRows, int tapCols, int down, long inRow, const float *in, const float *weights, const float *bias, float *out) {
    for (int y = 0; y < rows; y++, in += down * inRow, out += (long)cols * channels) {
        int c = 0;
        for (; c + LANES <= channels; c += LANES)
            depth_row<floats>(cols, channels, tapRows, tapCols, inRow, in, weights, bias, out, c);
        for (; c < channels; c += 8)
            depth_row<eight>(cols, channels, tapRows, tapCols, inRow, in, weights, bias, out, c);
    }
}

void channel_sums_of(int pixels, int channels, const float *in, float *sums) {
    memset(sums, 0, 4l * channels);
    for (int p = 0; p < pixels; p++, in += channels)
        for (int c = 0; c < channels; c++)
            sums[c] += in[c];
}

void scale_channels_of(int pixels, int channels, const float *factors, float *values) {
    for (int p = 0; p < pixels; p++, values += channels)
        for (int c = 0; c < channels; c++)
            values[c] *= factors[c];
}

void add_floats_of(long n, const float *a, const float *b, float *out) {
    for (long i = 0; i < n; i++)
        out[i] = a[i] + b[i];
}

void pool_two_of(int rows, int cols, int channels, const float *in, float *out) {
    const long row = (long)cols * channels;
    for (int y = 0; y < rows; y++)
        for (int x = 0; x < cols; x++, in += channels, out += channels)
            for (int c = 0; c < channels; c++) {
                const float right = x + 1 < cols ? in[c + channels] : 0, below = y + 1 < rows ? in[c + row] : 0;
                const float across = x + 1 < cols && y + 1 < rows ? in[c + row + channels] : 0;
                const float a = in[c] > right ? in[c] : right, b = below > across ? below : across;
                out[c] = a > b ? a : b;
            }
}

void silu_of(long n, float *values) {
    for (; n > 0; n -= 8, values += 8) {
        eight v, e, over;
        load(v, values);
        over = v > 0 ? -v : v; // exp of what is at most 0
        power<eight, eight_ints>(e, over);
        const eight p = 1 / (1 + e), up = v * p, down = v * e * p;
        const eight out = v > 0 ? up : down;
        store(values, out);
    }
}

// Sums of n values, which are a multiple of 8.
INLINE float sum_of(const float *p, int n) {
    eight sum = {}, v;
    for (int i = 0; i < n; i += 8) {
        load(v, p + i);
        sum += v;
    }
    return ((sum[0] + sum[1]) + (sum[2] + sum[3])) + ((sum[4] + sum[5]) + (sum[6] + sum[7]));
}

void layer_norm_of(int rows, int n, int stride, float epsilon, const float *in, const float *gain, const float *offset, float *out) {
    for (; rows > 0; rows--, in += stride, out += stride) {
        const float mean = sum_of(in, n) / n;
        for (int i = 0; i < n; i++)
            out[i] = (in[i] - mean) * (in[i] - mean);
        const float k = 1 / __builtin_sqrtf(sum_of(out, n) / n + epsilon);
        for (int i = 0; i < n; i++)
            out[i] = (in[i] - mean) * k * gain[i] + offset[i];
    }
}

void attention_of(int rows, int heads, int size, int inStride, int outStride, const float *qkv, float *out, float *scratch) {
    const int all = (rows + WIDE - 1) / WIDE * WIDE;
    float *keys = scratch, *scores = keys + (long)all * size; // keys by number and row, so that all scores of a row are made at once
    const float scale = 1 / __builtin_sqrtf((float)size);
    memset(keys, 0, 4l * all * size);
    for (int h = 0; h < heads; h++) {
        const float *q = qkv + h * size, *k = q + heads * size, *v = k + heads * size;
        for (int j = 0; j < rows; j++)
            for (int d = 0; d < size; d++)
                keys[(long)d * all + j] = k[(long)j * inStride + d];
        for (int i = 0; i < rows; i++) {
            const float *query = q + (long)i * inStride;
            memset(scores, 0, 4l * all);
            for (int d = 0; d < size; d++) {
                const float f = query[d] * scale;
                for (int j = 0; j < all; j++)
                    scores[j] += f * keys[(long)d * all + j];
            }
            float top = scores[0];
            for (int j = 1; j < rows; j++)
                top = scores[j] > top ? scores[j] : top;
            floats sums[PARTS] = {}, s, e;
            for (int j = 0; j < all; j += WIDE)
                UNROLL for (int k = 0; k < PARTS; k++) {
                    const int at = j + k * LANES;
                    vector_of(s, scores + at, rows - at, top - 100);
                    power<floats, ints>(e, s - top);
                    sums[k] += e;
                    store(scores + at, e);
                }
            const float share = 1 / sum_of_parts(sums);
            float *to = out + (long)i * outStride + h * size;
            memset(to, 0, 4l * size);
            for (int j = 0; j < rows; j++) {
                const float p = scores[j] * share;
                for (int d = 0; d < size; d++)
                    to[d] += p * v[(long)j * inStride + d];
            }
        }
    }
}

// odds_of are those of E examples, whose sums are taken side by side.
template <int E> INLINE void odds_of(int figures, int units, const float *in, const float *weights, const float *bias, const float *outWeights, float outBias, float *out) {
    float sums[E];
    UNROLL for (int e = 0; e < E; e++) sums[e] = outBias;
    for (int u = 0; u < units; u += WIDE) {
        floats unit[E][PARTS];
        UNROLL for (int e = 0; e < E; e++)
            UNROLL for (int k = 0; k < PARTS; k++) load(unit[e][k], bias + u + k * LANES);
        for (int f = 0; f < figures; f++)
            UNROLL for (int k = 0; k < PARTS; k++) {
                floats w;
                load(w, weights + (long)f * units + u + k * LANES);
                UNROLL for (int e = 0; e < E; e++) unit[e][k] += w * in[(long)e * figures + f];
            }
        float said[E][WIDE];
        UNROLL for (int e = 0; e < E; e++)
            UNROLL for (int k = 0; k < PARTS; k++) {
                floats w;
                load(w, outWeights + u + k * LANES);
                w = unit[e][k] > 0 ? w * unit[e][k] : (floats){};
                store(said[e] + k * LANES, w);
            }
        for (int i = 0; i < WIDE; i++)
            UNROLL for (int e = 0; e < E; e++) sums[e] += said[e][i];
    }
    UNROLL for (int e = 0; e < E; e++) out[e] = sums[e];
}

void perceptron_of(int n, int figures, int units, const float *in, const float *weights, const float *bias, const float *outWeights, float outBias, float *out) {
    const int together = PARTS > 2 ? 1 : 4; // as many as registers hold
    for (; n >= together; n -= together, in += (long)together * figures, out += together)
        odds_of<together>(figures, units, in, weights, bias, outWeights, outBias, out);
    for (; n > 0; n--, in += figures, out++)
        odds_of<1>(figures, units, in, weights, bias, outWeights, outBias, out);
}
