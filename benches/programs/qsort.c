// The library's sort, which calls back through a table.
#include <stdio.h>
#include <stdlib.h>

#define COUNT 1500000

static unsigned numbers[COUNT];

static int compare(const void *a, const void *b) {
  unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
  return (x > y) - (x < y);
}

int main(void) {
  unsigned seed = 1, sum = 0;
  for (int i = 0; i < COUNT; i++) numbers[i] = seed = seed * 1664525u + 1013904223u;
  qsort(numbers, COUNT, sizeof *numbers, compare);
  for (int i = 0; i < COUNT; i++) sum = sum * 31 + numbers[i];
  printf("%u\n", sum);
  return 0;
}
