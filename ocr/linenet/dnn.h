#pragma once
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

// A net read from an ONNX graph in memory; null where OpenCV can't read it, with
// its reason in err.
void *linenet_read(const char *onnx, size_t size, char *err, size_t errsize);
void linenet_free(void *net);

// Runs the net on n strips of 1×height×width floats and copies the output,
// n×classes×1×columns floats, to out. Returns the number of floats, or -1 with
// the reason in err.
long linenet_run(void *net, float *strips, int n, int height, int width, float *out, long outsize, char *err, size_t errsize);

// How many threads OpenCV may use, in the whole process.
void linenet_threads(int n);

#ifdef __cplusplus
}
#endif
