// The functions of one kernel that compute with floats; kernel.h says what each does.
#pragma once
#include <stdint.h>

struct float_kernel {
    void (*to_bytes)(int pixels, int channels, int outRow, int gelu, const float *in, const float *inv, const float *zero, uint8_t *out);
    void (*depthwise)(int rows, int cols, int channels, int tapRows, int tapCols, int down, long inRow, const float *in, const float *weights, const float *bias, float *out);
    void (*channel_sums)(int pixels, int channels, const float *in, float *sums);
    void (*scale_channels)(int pixels, int channels, const float *factors, float *values);
    void (*add_floats)(long n, const float *a, const float *b, float *out);
    void (*pool_two)(int rows, int cols, int channels, const float *in, float *out);
    void (*silu)(long n, float *values);
    void (*layer_norm)(int rows, int n, int stride, float epsilon, const float *in, const float *gain, const float *offset, float *out);
    void (*attention)(int rows, int heads, int size, int inStride, int outStride, const float *qkv, float *out, float *scratch);
    void (*perceptron)(int n, int figures, int units, const float *in, const float *weights, const float *bias, const float *outWeights, float outBias, float *out);
};
