/* The C data that the `*_out` cases convert, the same for every column. None of it is const: the
   compiler must not know lengths or contents. The Rust crate has the same data of its own. */
#ifndef BENCH_COMMON_H
#define BENCH_COMMON_H

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <caml/version.h>
#include <caml/mlvalues.h>
#include <caml/alloc.h>
#include <caml/bigarray.h>
#include <caml/callback.h>
#include <caml/signals.h>
#include <caml/custom.h>
#include <caml/fail.h>
#include <caml/memory.h>

typedef struct { const char *data; size_t length; } text;
typedef struct { text key; intnat number; } pair;

/* As Rust lays out `enum Tree { Leaf, Node(Box<Tree>, isize, Box<Tree>) }`: a leaf is a node
   whose `left` is null. */
typedef struct tree { struct tree *left; intnat number; struct tree *right; } tree;

typedef struct {
  text name;
  intnat age;
  double score;
  int active;
  text *tags;
  size_t tag_count;
} person;

enum shape_kind { POINT, CIRCLE, RECT, LABEL, CODE };
typedef struct {
  enum shape_kind kind;
  union {
    double radius;
    struct { double width, height; } rect;
    struct { text text; intnat size; } label;
    intnat code;
  } u;
} shape;

#define MILLION 1000000
#define THOUSAND 1000

extern text text_16, text_1k, error_text;
extern intnat *ints;
extern double *floats;
extern text *texts;
extern pair *pairs;
extern tree *tree_10;
extern person somebody;

/* What is behind the pointer is used, for all that the compiler knows. */
#define USED(pointer) __asm__ volatile("" : : "r"(pointer) : "memory")

#endif
