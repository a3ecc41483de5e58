// Text: building, searching, splitting and counting words.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SLOTS 4096

struct word {
  struct word *next;
  int count;
  char text[];
};

static struct word *slots[SLOTS];

static void add(const char *text, size_t length) {
  unsigned hash = 5381;
  for (size_t i = 0; i < length; i++) hash = hash * 33 ^ (unsigned char)text[i];
  struct word **at = &slots[hash % SLOTS];
  for (; *at; at = &(*at)->next)
    if (strncmp((*at)->text, text, length) == 0 && (*at)->text[length] == 0) {
      (*at)->count++;
      return;
    }
  *at = malloc(sizeof **at + length + 1);
  (*at)->next = NULL;
  (*at)->count = 1;
  memcpy((*at)->text, text, length);
  (*at)->text[length] = 0;
}

int main(void) {
  char *text = malloc(4 << 20), *end = text;
  unsigned seed = 7;
  while (end - text < (4 << 20) - 64) {
    seed = seed * 1664525u + 1013904223u;
    end += sprintf(end, seed >> 29 ? "%s%u " : "%s\n%u ", seed & 0x10000 ? "word" : "name", (seed >> 20) % 2000);
  }
  unsigned long sum = 0;
  for (int times = 0; times < 3; times++)
    for (char *at = text; at < end;) {
      size_t length = strcspn(at, " \n");
      if (length) add(at, length);
      at += length + 1;
    }
  for (int n = 0; n < SLOTS; n++)
    for (struct word *at = slots[n]; at; at = at->next) sum = sum * 31 + (unsigned long)at->count * strlen(at->text);
  for (char *at = text; (at = strstr(at, "name19")); at++) sum += (unsigned long)(at - text);
  printf("%lu\n", sum);
  return 0;
}
