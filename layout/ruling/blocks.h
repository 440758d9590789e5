#include <stdint.h>

// What blocks are measured by; blocks.go says what each is, and holds them to the same.
enum { BLOCK = 8, SIDE_AT = 3, DARKER = 3, MARGIN = 13, COMPANY = 4, LOUD = 400, FEATURES = 22 };

// block_sums sums up n rows of blocks of a picture whose rows are stride bytes: columns
// from px on, w of them. Block k has the rows of pixels from rows[k] to rows[k + 1]. Sums
// and dark have a row of so many numbers for each row of blocks.
void block_sums(const uint8_t *px, int stride, int w, const int32_t *rows, int n, int16_t *sums, uint8_t *dark, int each);

// block_darkest writes for each of n sums the least of it and those behind it, as many as
// there are columns in which other strokes of characters stand.
void block_darkest(const int16_t *sums, int16_t *darkest, int n);

// block_features describes blocks of n rows: those that lie at so many places among the
// sums. Grades has the grade of each difference.
void block_features(const int16_t *sums, const int16_t *darkest, const uint8_t *dark, int each, int n, const int32_t *at, int blocks, const float *grades, float *out);
