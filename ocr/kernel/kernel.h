#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The kernels, slowest first. All give the same bits.
enum { PORTABLE, AVX2, VNNI, AMX, KERNELS };

// Whether this processor can run a kernel.
int kernel_runs(int kernel);

// A convolution of bytes, with positive input and signed weights, whose pixels'
// channels lie together. A row of the kernel is one run of input bytes, which is
// read in fours.
typedef struct {
    int32_t rows, cols;        // pixels of the output, before pooling
    int32_t kernelRows, fours; // rows of the kernel, and fours of bytes in each
    int32_t right, down;       // bytes of input from one pixel of the output to the next
    int32_t inRow, outRow;     // bytes from one row to the next
    int32_t channels;          // of the output, those of the last block of 16 that are not there left out
    int32_t pool;              // rows of which the greatest values are kept
    int32_t margin;            // bytes after each row of the output to clear
} conv;

// Pixels that are made at once at most: so many may be read past the last.
enum { PIXELS = 32 };

// Output = bytes of (input·weights + bias)·scale, rounded and cut to 0…255. Weights lie
// as [block of 16 channels][four][channel][byte].
void conv_bytes(int kernel, const conv *c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, uint8_t *out);
// The same without rounding. All of the last block's channels are written.
void conv_floats(int kernel, const conv *c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, float *out);

// Turns rows of logits, stride floats each, of which the first classes count, into
// logarithms of probabilities, not less than floor; stores those classes of each
// row that are above likely, one row after the other, and how many these are.
void log_softmax(int kernel, int rows, int classes, int stride, float floor, float likely, const float *logits, float *logp, int32_t *busy, int32_t *counts);
// The same for logits of which a lot of classes comes at a time: adds the lot to the tops and sums of the rows, a row of sums being 16
// numbers, and stores for each row the logarithm that logits are to be lessened by, were there no more classes, and those classes of
// the lot that are then above likely. Tops begin with what is below all logits, sums with 0.
void soften(int kernel, int rows, int classes, int stride, float likely, const float *logits, float *tops, float *sums, float *norms, int32_t *busy, int32_t *counts);

// What is computed with floats. Activations lie by row, column and channel; channels are a multiple of 8. All of it is
// elementwise or adds up in an order of its own, so that all kernels give the same bits.

// Bytes = values·inv + zero, rounded and cut to 0…255, for so many pixels; inRow and outRow are from one pixel to the next.
// If gelu is set, values go through x·Φ(x) first.
void to_bytes(int kernel, int pixels, int channels, int outRow, int gelu, const float *in, const float *inv, const float *zero, uint8_t *out);
// A convolution of each channel by itself, with rows and columns taps, down from one row of the output to the next. In points
// to the first tap of the first output; inRow is from one row of it to the next.
void depthwise(int kernel, int rows, int cols, int channels, int tapRows, int tapCols, int down, long inRow, const float *in, const float *weights, const float *bias, float *out);
// Sums of each channel over pixels.
void channel_sums(int kernel, int pixels, int channels, const float *in, float *sums);
// Values of each channel times a factor of its own.
void scale_channels(int kernel, int pixels, int channels, const float *factors, float *values);
// a + b into out.
void add_floats(int kernel, long n, const float *a, const float *b, float *out);
// The greatest of each two rows and two columns, which overlap; row and column past the last are 0.
void pool_two(int kernel, int rows, int cols, int channels, const float *in, float *out);
// x/(1 + exp(-x)) of each value.
void silu(int kernel, long n, float *values);
// Layer normalisation of rows of so many values, stride apart (Ba et al. 2016).
void layer_norm(int kernel, int rows, int n, int stride, float epsilon, const float *in, const float *gain, const float *offset, float *out);
// Scaled dot-product attention (Vaswani et al. 2017) of rows of queries, keys and values for several heads of size each. Scratch holds
// rows·(2·size + 1) floats, rounded up to 16 each.
void attention(int kernel, int rows, int heads, int size, int inStride, int outStride, const float *qkv, float *out, float *scratch);
// What a perceptron with one hidden layer says of n examples of so many figures: outBias + Σ outWeights·max(0, bias + Σ weights·figure),
// added up in this order. Hidden units are a multiple of 16; weights lie by figure and unit.
void perceptron(int kernel, int n, int figures, int units, const float *in, const float *weights, const float *bias, const float *outWeights, float outBias, float *out);

#ifdef __cplusplus
}
#endif
