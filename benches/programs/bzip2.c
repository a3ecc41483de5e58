// bzip2's library, there and back.
#include <bzlib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void bz_internal_error(int code) { exit(code); }

int main(void) {
  unsigned length = 3 << 20, packed_length = length + length / 50, plain_length = length, seed = 1, sum = 0;
  char *plain = malloc(length), *packed = malloc(packed_length), *again = malloc(length);
  for (unsigned i = 0; i < length; i++) {
    seed = seed * 1664525u + 1013904223u;
    plain[i] = (char)(i % 7 ? 'a' + (seed >> 29) : seed >> 24);
  }
  if (BZ2_bzBuffToBuffCompress(packed, &packed_length, plain, length, 9, 0, 0) != BZ_OK) return 1;
  if (BZ2_bzBuffToBuffDecompress(again, &plain_length, packed, packed_length, 0, 0) != BZ_OK) return 2;
  if (plain_length != length || memcmp(plain, again, length)) return 3;
  for (unsigned i = 0; i < packed_length; i++) sum = sum * 31 + (unsigned char)packed[i];
  printf("%u %u\n", packed_length, sum);
  return 0;
}
