// What the kernels compute with floats; core.h includes it in its unnamed namespace, once for each target. Sums are taken in
// an order that is written here, and no product is rounded together with a sum, so all targets give the same bits.

typedef float eight __attribute__((vector_size(32)));
typedef int32_t eight_ints __attribute__((vector_size(32)));

INLINE void load(eight &v, const float *p) { memcpy(&v, p, sizeof v); }
INLINE void store(float *p, const eight &v) { memcpy(p, &v, sizeof v); }
INLINE void load(floats &v, const float *p) { memcpy(&v, p, sizeof v); }
INLINE void store(float *p, const floats &v) { memcpy(p, &v, sizeof v); }

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

template <bool gelu> INLINE void to_bytes_rows(int pixels, int channels, int outRow, const float *in, const float *inv, const float *zero, uint8_t *out) {
    for (int p = 0; p < pixels; p++, in += channels, out += outRow) {
        int c = 0;
        for (; c + WIDE <= channels; c += WIDE) {
            floats v, k, z;
            load(v, in + c);
            load(k, inv + c);
            load(z, zero + c);
            if (gelu)
                gelu_of(v);
            v = v * k + z;
            v = v > 0 ? v : (floats){};
            v = v < 255 ? v : (floats){} + 255;
            const ints n = __builtin_convertvector(v + 0.5f, ints);
            typedef uint8_t some __attribute__((vector_size(WIDE)));
            const some b = __builtin_convertvector(n, some);
            memcpy(out + c, &b, sizeof b);
        }
        for (; c < channels; c += 8) {
            eight v, k, z;
            load(v, in + c);
            load(k, inv + c);
            load(z, zero + c);
            if (gelu)
                gelu_of(v);
            v = v * k + z;
            v = v > 0 ? v : (eight){};
            v = v < 255 ? v : (eight){} + 255;
            const eight_ints n = __builtin_convertvector(v + 0.5f, eight_ints);
            for (int i = 0; i < 8; i++)
                out[c + i] = (uint8_t)n[i];
        }
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
        for (; c + WIDE <= channels; c += WIDE)
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
            floats sums = {}, s, e;
            for (int j = 0; j < all; j += WIDE) {
                vector_of(s, scores + j, rows - j, top - 100);
                power<floats, ints>(e, s - top);
                sums += e;
                store(scores + j, e);
            }
            float sum = 0;
            for (int w = 0; w < WIDE; w++)
                sum += sums[w];
            const float share = 1 / sum;
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
