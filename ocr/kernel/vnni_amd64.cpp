#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,prefer-vector-width=512")
#include "vnni.h"

KERNEL(vnni, convolve<Vnni>)
