// What small processors are measured by: lists, matrices of integers, a machine of
// states that reads text, and a checksum of it all.
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

struct item {
  struct item *next;
  int16_t key, value;
};

static uint16_t crc(uint32_t value, uint16_t sum) {
  for (int bit = 0; bit < 32; bit++, value >>= 1) {
    int low = (value ^ sum) & 1;
    sum = (uint16_t)(sum >> 1 ^ (low ? 0xa001 : 0));
  }
  return sum;
}

static struct item *merge(struct item *a, struct item *b) {
  struct item *first = NULL, **end = &first;
  while (a && b) {
    struct item **least = a->key <= b->key ? &a : &b;
    *end = *least;
    end = &(*least)->next;
    *least = *end;
  }
  *end = a ? a : b;
  return first;
}

static struct item *sort(struct item *list) {
  if (!list || !list->next) return list;
  struct item *slow = list, *fast = list->next;
  while (fast && fast->next) {
    slow = slow->next;
    fast = fast->next->next;
  }
  struct item *second = slow->next;
  slow->next = NULL;
  return merge(sort(list), sort(second));
}

static struct item *reverse(struct item *list) {
  struct item *done = NULL;
  while (list) {
    struct item *next = list->next;
    list->next = done;
    done = list;
    list = next;
  }
  return done;
}

static uint16_t lists(int round, uint16_t sum) {
  static struct item items[400];
  struct item *list = NULL;
  for (int i = 0; i < 400; i++) {
    items[i] = (struct item){list, (int16_t)((i * 7919 + round * 13) % 997), (int16_t)i};
    list = &items[i];
  }
  list = sort(reverse(list));
  for (struct item *at = list; at; at = at->next)
    if (at->value % 5 == 0) sum = crc((uint32_t)at->key << 8 | (at->value & 0xff), sum);
  return sum;
}

static uint16_t matrices(int round, uint16_t sum) {
  static int16_t a[24][24], b[24][24];
  for (int i = 0; i < 24; i++)
    for (int j = 0; j < 24; j++) {
      a[i][j] = (int16_t)(i * j + round);
      b[i][j] = (int16_t)(i - j * round);
    }
  for (int i = 0; i < 24; i++)
    for (int j = 0; j < 24; j++) {
      int32_t cell = 0;
      for (int k = 0; k < 24; k++) cell += a[i][k] * b[k][j];
      if (cell & 8) sum = crc((uint32_t)cell, sum);
    }
  return sum;
}

enum state { START, SIGN, WHOLE, POINT, FRACTION, EXPONENT, WORD, BAD, STATES };

static uint16_t states(int round, uint16_t sum) {
  static const char *const words[] = {"5012", "-874", "+122", "35.54400", ".1234500", "-110.700", "5.500e+3",
                                      "-.123e-2", "T0.3e-1F", "-T.T++Tq", "word", "1T3.4e4z"};
  int counts[STATES] = {0};
  for (int n = 0; n < 60; n++) {
    enum state state = START;
    for (const char *at = words[(n * 5 + round) % 12]; *at; at++) {
      char c = *at;
      switch (state) {
        case START: state = c == '+' || c == '-' ? SIGN : c >= '0' && c <= '9' ? WHOLE : c == '.' ? POINT : WORD; break;
        case SIGN: state = c >= '0' && c <= '9' ? WHOLE : c == '.' ? POINT : BAD; break;
        case WHOLE: state = c == '.' ? FRACTION : c >= '0' && c <= '9' ? WHOLE : BAD; break;
        case POINT: state = c >= '0' && c <= '9' ? FRACTION : BAD; break;
        case FRACTION: state = c == 'e' ? EXPONENT : c >= '0' && c <= '9' ? FRACTION : BAD; break;
        case EXPONENT: state = c == '+' || c == '-' || (c >= '0' && c <= '9') ? EXPONENT : BAD; break;
        case WORD: state = c >= 'a' && c <= 'z' ? WORD : BAD; break;
        default: break;
      }
      counts[state]++;
    }
  }
  for (int n = 0; n < STATES; n++) sum = crc((uint32_t)counts[n], sum);
  return sum;
}

int main(void) {
  uint16_t sum = 0;
  for (int round = 0; round < 4000; round++) sum = states(round, matrices(round, lists(round, sum)));
  printf("%u\n", sum);
  return 0;
}
