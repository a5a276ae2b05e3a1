/* The runtime's inline allocation, and several blocks carved from one reservation. */
#ifndef BENCH_CARVE_H
#define BENCH_CARVE_H

#define CAML_INTERNALS
#include "common.h"

/* Alloc_small has another form in OCaml 5. A collection in it moves everything that is no root. */
#if OCAML_VERSION_MAJOR >= 5
#define RESERVE(result, wosize, tag) Alloc_small(result, wosize, tag, Alloc_small_enter_GC)
#else
#define Setup_for_gc
#define Restore_after_gc
#define RESERVE(result, wosize, tag) Alloc_small(result, wosize, tag)
#endif

/* The most words that one reservation gives, the first header included. */
#define RESERVATION (Max_young_wosize + 1)

/* Where the words of a reservation begin: its header, which the first block overwrites. */
#define WORDS(block) ((value *)(block) - 1)

static inline value block_at(value *words, mlsize_t wosize, tag_t tag)
{
  words[0] = Make_header(wosize, tag, 0);
  return (value)(words + 1);
}

static inline mlsize_t text_wosize(text t) { return t.length / sizeof(value) + 1; }

/* Fills a block that has the header of a string of this text. */
static inline value fill_text(value s, mlsize_t wosize, text t)
{
  size_t padding = wosize * sizeof(value) - 1 - t.length;
  Field(s, wosize - 1) = (value)(padding << (8 * (sizeof(value) - 1)));
  memcpy((char *)s, t.data, t.length);
  return s;
}

static inline value text_at(value *words, text t)
{
  mlsize_t wosize = text_wosize(t);
  return fill_text(block_at(words, wosize, String_tag), wosize, t);
}

static inline value float_at(value *words, double d)
{
  value v = block_at(words, Double_wosize, Double_tag);
  Store_double_val(v, d);
  return v;
}

static inline mlsize_t length_of(value s)
{
  mlsize_t last = Bosize_val(s) - 1;
  return last - Byte_u(s, last);
}

static inline value copy_text(text t)
{
  mlsize_t wosize = text_wosize(t);
  value s;
  if (wosize <= Max_young_wosize) {
    RESERVE(s, wosize, String_tag);
    return fill_text(s, wosize, t);
  }
  return caml_alloc_initialized_string(t.length, t.data);
}

/* The linked program has it, in a block of its own. */
typedef value generated_constant[1];
extern generated_constant caml_exn_Failure;

/* Failure of a text that fits a reservation. */
static inline value failure(text t)
{
  value v;
  mlsize_t words = 3 + 1 + text_wosize(t);
  RESERVE(v, words - 1, 0);
  block_at(WORDS(v), 2, 0);
  Field(v, 0) = (value)caml_exn_Failure;
  Field(v, 1) = text_at(WORDS(v) + 3, t);
  return v;
}

#endif
