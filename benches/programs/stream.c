// Memory: long arrays, read and written in order and out of it.
#include <stdint.h>
#include <stdio.h>

#define COUNT (1 << 20)

static uint32_t a[COUNT], b[COUNT], c[COUNT];

int main(void) {
  for (uint32_t i = 0; i < COUNT; i++) a[i] = i * 2654435761u;
  uint32_t sum = 0;
  for (int times = 0; times < 40; times++) {
    for (int i = 0; i < COUNT; i++) b[i] = a[i] + 3;
    for (int i = 0; i < COUNT; i++) c[i] = a[i] ^ b[i];
    for (uint32_t i = 0, at = 1; i < COUNT; i++) {
      at = (at * 5 + 1) & (COUNT - 1);
      sum += c[at];
    }
    a[times] = sum;
  }
  printf("%u\n", sum);
  return 0;
}
