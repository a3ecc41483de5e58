// Numbers with a fraction in a tight loop.
#include <stdio.h>

int main(void) {
  int width = 700, height = 500;
  unsigned sum = 0;
  for (int y = 0; y < height; y++)
    for (int x = 0; x < width; x++) {
      double cr = 3.0 * x / width - 2.2, ci = 2.4 * y / height - 1.2, r = 0, i = 0;
      unsigned n = 0;
      for (; n < 300 && r * r + i * i < 4; n++) {
        double next = r * r - i * i + cr;
        i = 2 * r * i + ci;
        r = next;
      }
      sum = sum * 33 + n;
    }
  printf("%u\n", sum);
  return 0;
}
