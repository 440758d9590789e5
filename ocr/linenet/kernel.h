#pragma once
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// The kernels, slowest first. All give the same bits.
enum { PORTABLE, AVX2, VNNI, KERNELS };

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
enum { PIXELS = 8 };

// Output = bytes of (input·weights + bias)·scale, rounded and cut to 0…255. Weights lie
// as [block of 16 channels][four][channel][byte].
void conv_bytes(int kernel, const conv *c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, uint8_t *out);
// The same without rounding. All of the last block's channels are written.
void conv_floats(int kernel, const conv *c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, float *out);

// Turns rows of logits, stride floats each, of which the first classes count, into
// logarithms of probabilities, not less than floor; stores those classes of each
// row that are above likely, one row after the other, and how many these are.
void log_softmax(int kernel, int rows, int classes, int stride, float floor, float likely, const float *logits, float *logp, int32_t *busy, int32_t *counts);

#ifdef __cplusplus
}
#endif
