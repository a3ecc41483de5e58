// Allocation: trees that are made, walked and freed.
#include <stdio.h>
#include <stdlib.h>

struct node {
  struct node *left, *right;
};

static struct node *make(int depth) {
  struct node *node = malloc(sizeof *node);
  node->left = depth ? make(depth - 1) : NULL;
  node->right = depth ? make(depth - 1) : NULL;
  return node;
}

static int count(const struct node *node) {
  return 1 + (node->left ? count(node->left) + count(node->right) : 0);
}

static void unmake(struct node *node) {
  if (node->left) {
    unmake(node->left);
    unmake(node->right);
  }
  free(node);
}

int main(void) {
  long total = 0;
  struct node *kept = make(16);
  for (int depth = 4; depth <= 16; depth += 4) {
    for (int n = 0; n < 1 << (20 - depth); n++) {
      struct node *tree = make(depth);
      total += count(tree);
      unmake(tree);
    }
  }
  printf("%ld %d\n", total, count(kept));
  return 0;
}
