/* The clock, and the data that the `*_out` cases convert. */
#include "common.h"
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <stdio.h>
#include <time.h>

text text_16, text_1k, error_text;
intnat *ints;
double *floats;
text *texts;
pair *pairs;
tree *tree_10;
person somebody;

/* Nanoseconds of processor time of this thread, which does all the work: those that it waits for the
   processor are the machine's business. */
intnat common_now(value unit)
{
  struct timespec t;
  (void)unit;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return (intnat)t.tv_sec * 1000000000 + t.tv_nsec;
}

value common_now_bytecode(value unit) { return Val_long(common_now(unit)); }

static text text_of(const char *s)
{
  text t = { strdup(s), strlen(s) };
  return t;
}

/* A tree whose numbers are, in order, `first`, `first + 1`... */
static tree *make_tree(int depth, intnat *next)
{
  tree *t = malloc(sizeof *t);
  t->left = NULL;
  t->right = NULL;
  t->number = 0;
  if (depth > 0) {
    t->left = make_tree(depth - 1, next);
    t->number = (*next)++;
    t->right = make_tree(depth - 1, next);
  }
  return t;
}

value common_init(value unit)
{
  char buffer[1025];
  intnat next = 0;
#ifdef __GLIBC__
  /* Freed blocks of megabytes are used again, in all columns. Otherwise some go back to the kernel and come
     as new pages, which takes longer than what is to be measured, and meets a column or does not. */
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
#endif
  /* How many ints: more for lists that grow. */
  const char *given = getenv("BENCH_INTS");
  intnat count = given == NULL ? MILLION : atol(given);
  for (int i = 0; i < 1024; i++) buffer[i] = 'a' + i % 26;
  buffer[1024] = 0;
  text_16 = text_of("sixteen bytes it");
  text_1k = text_of(buffer);
  error_text = text_of("no such thing");
  ints = malloc(count * sizeof *ints);
  for (intnat i = 0; i < count; i++) ints[i] = 3 * i - 1000;
  floats = malloc(MILLION * sizeof *floats);
  for (intnat i = 0; i < MILLION; i++) floats[i] = (double)(i % 1000);
  texts = malloc(THOUSAND * sizeof *texts);
  pairs = malloc(THOUSAND * sizeof *pairs);
  for (intnat i = 0; i < THOUSAND; i++) {
    snprintf(buffer, sizeof buffer, "string number %d", (int)i);
    texts[i] = text_of(buffer);
    pairs[i].key = texts[i];
    pairs[i].number = i;
  }
  tree_10 = make_tree(10, &next);
  somebody.name = text_of("Old Bactrian");
  somebody.age = 36;
  somebody.score = 98.5;
  somebody.active = 1;
  somebody.tag_count = 3;
  somebody.tags = malloc(3 * sizeof *somebody.tags);
  somebody.tags[0] = text_of("analyst");
  somebody.tags[1] = text_of("engine");
  somebody.tags[2] = text_of("notes");
  return unit;
}

/* With OCaml 4 the others' roots (boxroot) are valid only as long as nobody has put hooks around blocking
   sections after them. Bactrian does so twice, when it sees others' hooks: these are what it sees. */
#if OCAML_VERSION < 50000
CAMLextern void (*caml_enter_blocking_section_hook)(void), (*caml_leave_blocking_section_hook)(void);
static void (*next_enter)(void), (*next_leave)(void);
static void enter(void) { next_enter(); }
static void leave(void) { next_leave(); }

value common_hook(value unit)
{
  next_enter = caml_enter_blocking_section_hook;
  next_leave = caml_leave_blocking_section_hook;
  caml_enter_blocking_section_hook = enter;
  caml_leave_blocking_section_hook = leave;
  return unit;
}
#else
value common_hook(value unit) { return unit; }
#endif
