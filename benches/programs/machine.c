// An interpreter inside of the interpreter: a switch over byte codes.
#include <stdint.h>
#include <stdio.h>

enum { PUSH, LOAD, STORE, ADD, SUB, MUL, LESS, JUMP_IF_NOT, JUMP, DUP, MOD, XOR, PRINT, HALT };

// for (i = 0; i < 4000000; i++) { a = (a * 31 + i) % 65521; b = b ^ a; }
static const int32_t code[] = {
    PUSH, 0, STORE, 0, PUSH, 1, STORE, 1, PUSH, 0, STORE, 2,
    LOAD, 0, PUSH, 4000000, LESS, JUMP_IF_NOT, 48,
    LOAD, 1, PUSH, 31, MUL, LOAD, 0, ADD, PUSH, 65521, MOD, DUP, STORE, 1,
    LOAD, 2, XOR, STORE, 2,
    LOAD, 0, PUSH, 1, ADD, STORE, 0, JUMP, 12, 0,
    LOAD, 1, PRINT, LOAD, 2, PRINT, HALT};

int main(void) {
  int32_t stack[16], variables[4], *top = stack;
  const int32_t *at = code;
  for (;;) {
    switch (*at++) {
      case PUSH: *top++ = *at++; break;
      case LOAD: *top++ = variables[*at++]; break;
      case STORE: variables[*at++] = *--top; break;
      case ADD: top--; top[-1] += *top; break;
      case SUB: top--; top[-1] -= *top; break;
      case MUL: top--; top[-1] *= *top; break;
      case LESS: top--; top[-1] = top[-1] < *top; break;
      case JUMP_IF_NOT: at = *--top ? at + 1 : code + *at; break;
      case JUMP: at = code + *at; break;
      case DUP: *top = top[-1]; top++; break;
      case MOD: top--; top[-1] %= *top; break;
      case XOR: top--; top[-1] ^= *top; break;
      case PRINT: printf("%d\n", *--top); break;
      case HALT: return 0;
    }
  }
}
