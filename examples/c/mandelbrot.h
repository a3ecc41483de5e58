#ifndef MANDELBROT_H
#define MANDELBROT_H

/* How many steps z = z * z + c takes to leave the circle of radius 2; `limit`
   when it has not left by then. */
int mandelbrot_steps(double re, double im, int limit);

#endif
