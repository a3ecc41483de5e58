// Matrices of numbers with a fraction, row by row.
#include <stdio.h>

#define SIZE 320

static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

int main(void) {
  for (int i = 0; i < SIZE; i++)
    for (int j = 0; j < SIZE; j++) {
      a[i][j] = (i * 7 + j * 3) % 11 - 5;
      b[i][j] = (i * 5 + j * 13) % 17 - 8;
    }
  for (int times = 0; times < 8; times++)
    for (int i = 0; i < SIZE; i++)
      for (int k = 0; k < SIZE; k++) {
        double x = a[i][k];
        for (int j = 0; j < SIZE; j++) c[i][j] += x * b[k][j];
      }
  double sum = 0;
  for (int i = 0; i < SIZE; i++)
    for (int j = 0; j < SIZE; j++) sum += c[i][j] * (i - j);
  printf("%.0f\n", sum);
  return 0;
}
