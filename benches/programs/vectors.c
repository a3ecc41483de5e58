// Vectors of 128 bits: a picture is blurred, numbers are multiplied and summed.
#include <stdint.h>
#include <stdio.h>
#include <wasm_simd128.h>

#define WIDTH 1024
#define HEIGHT 512

static uint8_t picture[HEIGHT][WIDTH], blurred[HEIGHT][WIDTH];
static float x[1 << 16], y[1 << 16];

static void blur(void) {
  for (int row = 1; row < HEIGHT - 1; row++)
    for (int at = 0; at < WIDTH; at += 16) {
      v128_t above = wasm_v128_load(&picture[row - 1][at]);
      v128_t below = wasm_v128_load(&picture[row + 1][at]);
      v128_t here = wasm_v128_load(&picture[row][at]);
      wasm_v128_store(&blurred[row][at], wasm_u8x16_avgr(here, wasm_u8x16_avgr(above, below)));
    }
}

static float product(void) {
  v128_t sum = wasm_f32x4_splat(0);
  for (int i = 0; i < 1 << 16; i += 4)
    sum = wasm_f32x4_add(sum, wasm_f32x4_mul(wasm_v128_load(&x[i]), wasm_v128_load(&y[i])));
  return wasm_f32x4_extract_lane(sum, 0) + wasm_f32x4_extract_lane(sum, 1) + wasm_f32x4_extract_lane(sum, 2) +
         wasm_f32x4_extract_lane(sum, 3);
}

int main(void) {
  for (int row = 0; row < HEIGHT; row++)
    for (int at = 0; at < WIDTH; at++) picture[row][at] = (uint8_t)(row * 31 + at * 7);
  for (int i = 0; i < 1 << 16; i++) x[i] = (float)(i % 17), y[i] = (float)(i % 5);
  uint32_t sum = 0;
  double total = 0;
  for (int times = 0; times < 250; times++) {
    blur();
    picture[times][times] = blurred[times + 1][times];
    sum = sum * 31 + blurred[(times * 13) % 500 + 1][times];
    total += product();
  }
  printf("%u %.0f\n", sum, total);
  return 0;
}
