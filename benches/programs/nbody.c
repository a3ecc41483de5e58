// Numbers with a fraction: planets that attract each other.
#include <math.h>
#include <stdio.h>

#define COUNT 5

static double position[COUNT][3] = {
    {0, 0, 0}, {4.84, -1.16, -0.1}, {8.34, 4.12, -0.4}, {12.89, -15.11, -0.22}, {15.37, -25.9, 0.17}};
static double speed[COUNT][3] = {
    {0, 0, 0}, {0.6, 2.81, -0.02}, {-1.01, 1.81, 0.008}, {1.08, 0.86, -0.01}, {0.97, 0.59, -0.03}};
static const double mass[COUNT] = {39.47, 0.037, 0.011, 0.0017, 0.002};

static void step(double time) {
  for (int i = 0; i < COUNT; i++) {
    for (int j = i + 1; j < COUNT; j++) {
      double distance[3], square = 0;
      for (int k = 0; k < 3; k++) {
        distance[k] = position[i][k] - position[j][k];
        square += distance[k] * distance[k];
      }
      double pull = time / (square * sqrt(square));
      for (int k = 0; k < 3; k++) {
        speed[i][k] -= distance[k] * mass[j] * pull;
        speed[j][k] += distance[k] * mass[i] * pull;
      }
    }
  }
  for (int i = 0; i < COUNT; i++)
    for (int k = 0; k < 3; k++) position[i][k] += time * speed[i][k];
}

int main(void) {
  for (int n = 0; n < 2000000; n++) step(0.001);
  double sum = 0;
  for (int i = 0; i < COUNT; i++) sum += position[i][0] + position[i][1] + position[i][2];
  printf("%.9f\n", sum);
  return 0;
}
