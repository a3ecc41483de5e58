#include "mandelbrot.h"

int mandelbrot_steps(double re, double im, int limit)
{
    double x = 0.0, y = 0.0;
    for (int step = 0; step < limit; step++) {
        double xx = x * x, yy = y * y;
        if (xx + yy > 4.0)
            return step;
        y = 2.0 * x * y + im;
        x = xx - yy + re;
    }
    return limit;
}
