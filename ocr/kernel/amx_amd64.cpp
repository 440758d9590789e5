#pragma GCC target("avx512f,avx512bw,avx512vl,avx512dq,avx512vnni,amx-tile,amx-int8,prefer-vector-width=512")
#include "vnni.h"
#include <asm/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

// The kernel for processors with matrix registers ("tiles") of 16 rows of 64 bytes. A
// tile of input holds the bytes of 16 pixels, one of weights 16 channels as conv_bytes
// has them, and one of sums those of 16 pixels and 16 channels. Whole numbers add up to
// the same in any order, so the bits are those of all other kernels.

namespace {

const int TILE = 16;  // rows of a tile: pixels, fours or sums
const int FEWEST = 8; // fours that are worth a tile; with fewer most of it would be empty

// shapes is what LDTILECFG reads.
struct shapes {
    uint8_t palette = 1, start = 0, reserved[14] = {};
    uint16_t bytes[16] = {}; // of a row of each tile
    uint8_t rows[16] = {};
};

// The tiles, by the number that stands in the instruction: 2×2 of sums (pixels, channels), 2 of input and 2 of weights.
#define SUMS_00 0
#define SUMS_01 1
#define SUMS_10 2
#define SUMS_11 3
#define INPUT_0 4
#define INPUT_1 5
#define WEIGHTS_0 6
#define WEIGHTS_1 7

// fours_of is how many fours of a kernel's row go into a tile: the most that it can be parted in.
int fours_of(const conv &c) {
    int fours = c.fours < TILE ? c.fours : TILE;
    while (c.fours % fours != 0)
        fours--;
    return fours;
}

// sum adds up 16·M pixels and 16·N channels.
template <int M, int N> INLINE void sum(const conv &c, int fours, const uint8_t *in, const int8_t *weights, const int32_t *bias) {
    const long block = 64l * c.kernelRows * c.fours, next = (long)TILE * c.right;
    _tile_loadd(SUMS_00, bias, 0);
    if (N > 1) _tile_loadd(SUMS_01, bias + 16, 0);
    if (M > 1) _tile_loadd(SUMS_10, bias, 0);
    if (M > 1 && N > 1) _tile_loadd(SUMS_11, bias + 16, 0);
    for (int row = 0; row < c.kernelRows; row++, in += c.inRow)
        for (int k = 0; k < c.fours; k += fours, weights += 64l * fours) {
            _tile_loadd(WEIGHTS_0, weights, 64);
            _tile_loadd(INPUT_0, in + 4 * k, c.right);
            _tile_dpbusd(SUMS_00, INPUT_0, WEIGHTS_0);
            if (N > 1) _tile_loadd(WEIGHTS_1, weights + block, 64);
            if (N > 1) _tile_dpbusd(SUMS_01, INPUT_0, WEIGHTS_1);
            if (M > 1) _tile_loadd(INPUT_1, in + next + 4 * k, c.right);
            if (M > 1) _tile_dpbusd(SUMS_10, INPUT_1, WEIGHTS_0);
            if (M > 1 && N > 1) _tile_dpbusd(SUMS_11, INPUT_1, WEIGHTS_1);
        }
}

// put_tile writes the sums of up to 16 pixels and 16 channels.
template <class T> INLINE void put_tile(const conv &c, const int32_t *sums, int pixels, const float *scale, T *to, int channels, bool pool) {
    for (int p = 0; p < pixels; p++, to += c.channels)
        put<Vnni>(Vnni::load(sums + 16 * p), scale, to, channels, pool);
}

// tiles makes N blocks of channels for 16·M pixels, of which so many are there.
template <int M, int N, class T>
INLINE void tiles(const conv &c, int fours, int pixels, int from, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, T *to, bool pool) {
    alignas(64) int32_t sums[M][N][TILE * TILE];
    sum<M, N>(c, fours, in, weights, bias);
    _tile_stored(SUMS_00, sums[0][0], 64);
    if (N > 1) _tile_stored(SUMS_01, sums[0][N - 1], 64);
    if (M > 1) _tile_stored(SUMS_10, sums[M - 1][0], 64);
    if (M > 1 && N > 1) _tile_stored(SUMS_11, sums[M - 1][N - 1], 64);
    for (int m = 0; m < M; m++) {
        const int some = pixels - TILE * m < TILE ? pixels - TILE * m : TILE;
        for (int n = 0; n < N; n++)
            put_tile(c, sums[m][n], some, scale + 16 * n, to + (long)TILE * m * c.channels + 16 * n, c.channels - from - 16 * n, pool);
    }
}

// channels_of makes N blocks of channels of the whole output.
template <int N, class T>
void channels_of(const conv &c, int fours, int from, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, T *out) {
    weights += 4l * from * c.kernelRows * c.fours;
    for (int y = 0; y < c.rows; y++)
        for (int x = 0; x < c.cols; x += 2 * TILE) {
            const uint8_t *first = in + (long)y * c.down + (long)x * c.right;
            T *to = out + (long)(y / c.pool) * c.outRow + (long)x * c.channels + from;
            const bool pool = y % c.pool != 0;
            if (c.cols - x > TILE)
                tiles<2, N>(c, fours, c.cols - x, from, first, weights, bias + from, scale + from, to, pool);
            else
                tiles<1, N>(c, fours, c.cols - x, from, first, weights, bias + from, scale + from, to, pool);
        }
}

template <class T> void convolve_tiles(const conv &c, const uint8_t *in, const int8_t *weights, const int32_t *bias, const float *scale, T *out) {
    const int fours = fours_of(c), all = (c.channels + 15) / 16;
    if (fours < FEWEST)
        return convolve<Vnni>(c, in, weights, bias, scale, out);
    shapes s;
    for (int t = 0; t < 8; t++) {
        s.bytes[t] = t == INPUT_0 || t == INPUT_1 ? 4 * fours : 64;
        s.rows[t] = t < WEIGHTS_0 ? TILE : fours;
    }
    __asm__ volatile("" ::: "memory"); // GCC 12 takes it that only the first eight bytes of s are read
    _tile_loadconfig(&s);
    int block = 0;
    for (; block + 2 <= all; block += 2)
        channels_of<2>(c, fours, 16 * block, in, weights, bias, scale, out);
    if (block < all)
        channels_of<1>(c, fours, 16 * block, in, weights, bias, scale, out);
    _tile_release();
}

} // namespace

KERNEL(amx, convolve_tiles)

// A process asks Linux for the room that tiles take in each thread's saved registers.
bool amx_granted() {
    const int tileData = 18; // its number among what the processor can save (Intel's XCR0)
    static const bool granted = syscall(SYS_arch_prctl, ARCH_REQ_XCOMP_PERM, tileData) == 0;
    return granted;
}
