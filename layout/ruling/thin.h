#include <stdint.h>

// Pictures are rows of w bytes, h of them, with nothing between.

// thin writes for each pixel by how much it is darker than its surroundings, or
// where light is set lighter, along its row: what a closing over reach pixels to
// both sides adds to it, or an opening takes from it. It returns 0 where there is
// no memory.
int thin(const uint8_t *in, uint8_t *out, int w, int h, int reach, int light);

// turn_over writes the columns of a picture as rows.
void turn_over(const uint8_t *in, uint8_t *out, int w, int h);
