// Calls through a table: objects with virtual functions.
#include <stdio.h>

struct shape;
typedef double area(const struct shape *);
struct shape {
  area *area;
  double a, b;
};

static double square(const struct shape *s) { return s->a * s->a; }
static double rectangle(const struct shape *s) { return s->a * s->b; }
static double triangle(const struct shape *s) { return s->a * s->b / 2; }
static double circle(const struct shape *s) { return s->a * s->a * 3; }

int main(void) {
  static area *const kinds[] = {square, rectangle, triangle, circle};
  static struct shape shapes[1000];
  for (int i = 0; i < 1000; i++) shapes[i] = (struct shape){kinds[i * 7 % 4], i % 10, i % 13};
  double sum = 0;
  for (int n = 0; n < 40000; n++)
    for (int i = 0; i < 1000; i++) sum += shapes[i].area(&shapes[i]);
  printf("%.0f\n", sum);
  return 0;
}
