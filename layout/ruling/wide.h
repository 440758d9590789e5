#pragma once
#include <stdint.h> // says whether the library is glibc

#define INLINE static inline __attribute__((always_inline))

// Where a processor has wider vectors, what is marked WIDE is compiled for those,
// too. What they compute is the same.
#if defined(__x86_64__) && defined(__GLIBC__)
#define WIDE __attribute__((target_clones("avx2", "default")))
#else
#define WIDE
#endif
