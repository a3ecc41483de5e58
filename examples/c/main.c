/* Draws the Mandelbrot set in text: `mandelbrot [COLUMNS]`. */
#include <stdio.h>
#include <stdlib.h>

#include "mandelbrot.h"

static const char shades[] = " .:-=+*#%@";

int main(int argc, char **argv)
{
    int columns = argc > 1 ? atoi(argv[1]) : 72;
    if (columns < 8 || columns > 1000) {
        fprintf(stderr, "mandelbrot: 8 to 1000 columns\n");
        return 2;
    }
    /* A character is about twice as high as it is wide. */
    int rows = columns / 3;
    for (int row = 0; row < rows; row++) {
        for (int column = 0; column < columns; column++) {
            double re = -2.2 + 3.2 * column / columns;
            double im = -1.2 + 2.4 * row / rows;
            int steps = mandelbrot_steps(re, im, 27);
            putchar(shades[steps / 3]);
        }
        putchar('\n');
    }
    return 0;
}
