/* What Bactrian needs of the OCaml runtime and can only be had through its C headers.
   Everything here is off the hot paths; what is hot is written in Rust (see lib.rs). */

#define CAML_INTERNALS
#define CAML_NAME_SPACE
#include <stddef.h>
#include <stdint.h>
#include <caml/mlvalues.h>
#include <caml/address_class.h>
#include <caml/alloc.h>
#include <caml/bigarray.h>
#include <caml/memory.h>
#include <caml/fail.h>
#include <caml/callback.h>
#include <caml/custom.h>
#include <caml/domain_state.h>
#include <caml/signals.h>
#include <caml/minor_gc.h>
#include <caml/domain.h>
#include <caml/backtrace.h>
#include <caml/backtrace_prim.h>
#include <caml/memprof.h>
#include <caml/printexc.h>
#include <caml/gc_ctrl.h>
#include <caml/intext.h>
#include <caml/major_gc.h>
#if BACTRIAN_OCAML_MAJOR >= 5
#include <stdatomic.h>
#include <caml/shared_heap.h>
#endif

#ifdef __cplusplus
#error "the shim is C"
#endif

#define OCAML5 (BACTRIAN_OCAML_MAJOR >= 5)

/* Has version.c linked, which runs before anything here does. */
extern const int bactrian_version;
const int *bactrian_checked_version(void) { return &bactrian_version; }

/* The facts that lib.rs states in Rust, held against the headers. */
#define FACT(name, condition) typedef char bactrian_fact_##name[(condition) ? 1 : -1]
FACT(young_ptr, offsetof(caml_domain_state, young_ptr) == BACTRIAN_YOUNG_PTR);
FACT(young_limit, offsetof(caml_domain_state, young_limit) == BACTRIAN_YOUNG_LIMIT);
FACT(backtrace_active,
     offsetof(caml_domain_state, backtrace_active) == BACTRIAN_BACKTRACE_ACTIVE);
FACT(value_is_a_word, sizeof(value) == sizeof(void *));
FACT(max_young, Max_young_wosize == 256);
FACT(tags, Closure_tag == 247 && Object_tag == 248 && Infix_tag == 249 && Forward_tag == 250
               && Abstract_tag == 251 && String_tag == 252 && Double_tag == 253
               && Double_array_tag == 254 && Custom_tag == 255 && No_scan_tag == 251
               && Lazy_tag == 246);
FACT(header, Tag_hd(0x7ff) == 0xff && Make_exception_result(0) == 2);

/* The state of this thread's domain; NULL on OCaml 5 when the thread does not hold it. */
void *bactrian_state(void) {
#if OCAML5
  return Caml_state_opt;
#else
  return Caml_state;
#endif
}

/* A block in the major heap with unset fields, or 0 when there is no memory. Never collects. */
value bactrian_alloc_shr(mlsize_t wosize, tag_t tag) {
  if (wosize > Max_wosize) return 0;
#if OCAML5
  return caml_alloc_shr_noexc(wosize, tag);
#else
  return caml_alloc_shr_no_track_noexc(wosize, tag);
#endif
}

/* What young_limit is when nothing wants the attention of OCaml code: below it, the minor heap has
   no room, or statmemprof is to take a sample. */
uintptr_t bactrian_young_trigger(void) {
#if !OCAML5
  value *trigger = Caml_state->young_trigger, *sample = caml_memprof_young_trigger;
  return (uintptr_t)(trigger > sample ? trigger : sample);
#elif defined(BACTRIAN_MEMPROF_YOUNG_TRIGGER)
  value *trigger = Caml_state->young_trigger, *sample = Caml_state->memprof_young_trigger;
  return (uintptr_t)(trigger > sample ? trigger : sample);
#else
  return (uintptr_t)Caml_state->young_trigger;
#endif
}

/* Bigarrays, as Rust makes and reads them. */
FACT(bigarray, offsetof(struct caml_ba_array, data) == 0
                   && offsetof(struct caml_ba_array, num_dims) == sizeof(value)
                   && offsetof(struct caml_ba_array, flags) == 2 * sizeof(value)
                   && offsetof(struct caml_ba_array, proxy) == 3 * sizeof(value)
                   && offsetof(struct caml_ba_array, dim) == 4 * sizeof(value));
FACT(bigarray_proxy, offsetof(struct caml_ba_proxy, refcount) == 0
                         && offsetof(struct caml_ba_proxy, data) == sizeof(value)
                         && sizeof(struct caml_ba_proxy) == 3 * sizeof(value));
FACT(bigarray_flags, CAML_BA_MANAGED == 0x200 && CAML_BA_FORTRAN_LAYOUT == 0x100
                         && CAML_BA_CHAR == 12 && CAML_BA_KIND_MASK == 0xff
                         && CAML_BA_MAX_NUM_DIMS == 16);

/* The block without fields, of tag 0. */
value bactrian_atom0(void) { return Atom(0); }

/* What caml_alloc_custom_mem does besides allocating, which may collect: a block with a finaliser in
   the minor heap is entered in a table, and the memory it holds outside the heap speeds both
   collections up. Nothing here collects; what is requested happens at the next poll. */
extern uintnat caml_custom_minor_ratio, caml_custom_minor_max_bsz;
#if !OCAML5
extern uintnat caml_custom_major_ratio;
#endif
/* Since 5.3 the runtime finds the limit itself when it is given as 0, and puts blocks that hold much
   into the major heap at once. */
#define LIMIT_BY_RUNTIME (BACTRIAN_OCAML_MAJOR * 100 + BACTRIAN_OCAML_MINOR >= 503)
FACT(custom_operations, sizeof(struct custom_operations) == 8 * sizeof(value)
                            && offsetof(struct custom_operations, fixed_length) == 7 * sizeof(value));

static mlsize_t major_limit(void) {
#if LIMIT_BY_RUNTIME
  return 0;
#elif OCAML5
  return caml_heap_size(Caml_state->shared_heap) / 150 * caml_custom_major_ratio;
#else
  return Bsize_wsize(Caml_state->stat_heap_wsz) / 150 * caml_custom_major_ratio;
#endif
}

static void enter_custom(value block, mlsize_t bytes, mlsize_t limit) {
#if OCAML5
  add_to_custom_table(&Caml_state->minor_tables->custom, block, bytes, limit);
#else
  add_to_custom_table(Caml_state->custom_table, block, bytes, limit);
#endif
}

/* What Rust does itself for a block that holds nothing outside, while the table has room. */
FACT(custom_table, offsetof(struct caml_custom_table, ptr) == 3 * sizeof(value)
                       && offsetof(struct caml_custom_table, limit) == 4 * sizeof(value)
                       && sizeof(struct caml_custom_elt) == 3 * sizeof(value)
                       && offsetof(struct caml_custom_elt, block) == 0
                       && offsetof(struct caml_custom_elt, mem) == sizeof(value)
                       && offsetof(struct caml_custom_elt, max) == 2 * sizeof(value));
#if OCAML5
FACT(custom_tables, offsetof(caml_domain_state, minor_tables) == BACTRIAN_CUSTOM_TABLE
                        && offsetof(struct caml_minor_tables, custom) == 14 * sizeof(value));
#else
FACT(custom_tables, offsetof(caml_domain_state, custom_table) == BACTRIAN_CUSTOM_TABLE);
#endif

void bactrian_custom_young(value block, uintnat bytes) {
  mlsize_t minor_limit, limit;
  if (bytes == 0) {
    enter_custom(block, 0, 1);
    return;
  }
  limit = major_limit();
#if !LIMIT_BY_RUNTIME
  if (bytes > caml_custom_minor_max_bsz) {
    caml_adjust_gc_speed(bytes - caml_custom_minor_max_bsz, limit);
    bytes = caml_custom_minor_max_bsz;
  }
#endif
  enter_custom(block, bytes, limit);
  minor_limit = Bsize_wsize(Caml_state->minor_heap_wsz) / 100 * caml_custom_minor_ratio;
  if (minor_limit == 0) minor_limit = 1;
  Caml_state->extra_heap_resources_minor += (double)bytes / (double)minor_limit;
  if (Caml_state->extra_heap_resources_minor > 1.0) caml_request_minor_gc();
}

void bactrian_custom_old(uintnat bytes) {
  if (bytes > 0) caml_adjust_gc_speed(bytes, major_limit());
}

int bactrian_custom_is_large(uintnat bytes) {
#if LIMIT_BY_RUNTIME
  return bytes > caml_custom_minor_max_bsz;
#else
  return 0;
#endif
}

/* Ends unmarshalling. Before 5.4 the runtime has the value in a local root, the innermost one, while its
   blocks are not whole; and making the exception may collect. The frames that have local roots above
   the OCaml code that is to get the exception are left for good. */
void bactrian_deserialize_error(char *message) {
#if OCAML5 && BACTRIAN_OCAML_MINOR < 4
  struct caml__roots_block *roots = Caml_state->local_roots;
  char *handler = Caml_state->c_stack != NULL ? (char *)Caml_state->c_stack
                                              : (char *)Caml_state->external_raise;
  if (roots != NULL && (char *)roots < handler) {
    intnat i, j;
    for (i = 0; i < roots->ntables; i++)
      for (j = 0; j < roots->nitems; j++) roots->tables[i][j] = Val_unit;
  }
#endif
  caml_deserialize_error(message);
}

void bactrian_compare_unordered(void) { Caml_state->compare_unordered = 1; }

/* One past the last usable address of this thread's stack that a recursion should reach: the
   lowest address of the stack. 0 when it is not known. */
#if defined(_WIN32)
#include <windows.h>
uintptr_t bactrian_stack_low(void) {
  ULONG_PTR low, high;
  GetCurrentThreadStackLimits(&low, &high);
  return low;
}
#else
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <pthread.h>
#if defined(__APPLE__)
uintptr_t bactrian_stack_low(void) {
  pthread_t self = pthread_self();
  return (uintptr_t)pthread_get_stackaddr_np(self) - pthread_get_stacksize_np(self);
}
#elif defined(__linux__)
extern int pthread_getattr_np(pthread_t, pthread_attr_t *);
uintptr_t bactrian_stack_low(void) {
  pthread_attr_t attributes;
  void *low = NULL;
  size_t size = 0, guard = 0;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return 0;
  if (pthread_attr_getstack(&attributes, &low, &size) != 0) low = NULL;
  if (pthread_attr_getguardsize(&attributes, &guard) != 0) guard = 0;
  pthread_attr_destroy(&attributes);
  return low == NULL ? 0 : (uintptr_t)low + guard;
}
#else
uintptr_t bactrian_stack_low(void) { return 0; }
#endif
#endif

/* The constructor of Failure where its symbol is known, which is in native code; else 0. */
#if defined(__ELF__)
extern char caml_exn_Failure[] __attribute__((weak));
value bactrian_failure(void) { return (value)caml_exn_Failure; }
#else
value bactrian_failure(void) { return 0; }
#endif

/* The constructors of the predefined exceptions: symbols in native code, a table in bytecode, under
   the numbers of caml/fail.h. */
#if defined(__ELF__)
#define WEAK(name) extern char caml_exn_##name[] __attribute__((weak))
WEAK(Out_of_memory);
WEAK(Sys_error);
WEAK(Invalid_argument);
WEAK(End_of_file);
WEAK(Division_by_zero);
WEAK(Not_found);
WEAK(Match_failure);
WEAK(Stack_overflow);
WEAK(Sys_blocked_io);
WEAK(Assert_failure);
WEAK(Undefined_recursive_module);
extern value caml_global_data __attribute__((weak));
value bactrian_predefined(int number) {
  char *const exceptions[] = {
    caml_exn_Out_of_memory, caml_exn_Sys_error, caml_exn_Failure, caml_exn_Invalid_argument,
    caml_exn_End_of_file, caml_exn_Division_by_zero, caml_exn_Not_found, caml_exn_Match_failure,
    caml_exn_Stack_overflow, caml_exn_Sys_blocked_io, caml_exn_Assert_failure,
    caml_exn_Undefined_recursive_module,
  };
  if (number < 0 || number >= (int)(sizeof exceptions / sizeof *exceptions)) return 0;
  if (caml_exn_Failure != NULL) return (value)exceptions[number];
  return &caml_global_data != NULL ? Field(caml_global_data, number) : 0;
}
#else
value bactrian_predefined(int number) { return 0; }
#endif
FACT(predefined, OUT_OF_MEMORY_EXN == 0 && FAILURE_EXN == 2 && MATCH_FAILURE_EXN == 7
                     && UNDEFINED_RECURSIVE_MODULE_EXN == 11);

/* Backtraces. A slot is an address that stands for a place in the code, or several. */
uintptr_t bactrian_backtrace(value exn, uintptr_t *slots, uintptr_t room) {
  uintptr_t i, count;
  if (!Caml_state->backtrace_active || Caml_state->backtrace_buffer == NULL
      || Caml_state->backtrace_last_exn != exn)
    return 0;
  count = Caml_state->backtrace_pos;
  if (count > BACKTRACE_BUFFER_SIZE) count = BACKTRACE_BUFFER_SIZE;
  if (slots == NULL) return count;
  for (i = 0; i < count && i < room; i++) slots[i] = (uintptr_t)Caml_state->backtrace_buffer[i];
  return i;
}

struct bactrian_frame {
  const char *file, *function;
  intptr_t line, end_line, start, end;
  int is_raise, is_inlined;
};

int bactrian_frame(uintptr_t slot, uintptr_t depth, struct bactrian_frame *frame) {
  struct caml_loc_info place;
  debuginfo info;
  if (!caml_debug_info_available()) return 0;
  info = caml_debuginfo_extract((backtrace_slot)slot);
  for (; depth > 0; depth--) {
    if (info == NULL) return 0;
    info = caml_debuginfo_next(info);
    if (info == NULL) return 0;
  }
  caml_debuginfo_location(info, &place);
  frame->is_raise = place.loc_is_raise;
  if (!place.loc_valid) return 1;
  frame->file = place.loc_filename;
  frame->function = place.loc_defname;
#ifdef BACTRIAN_END_LINES
  frame->line = place.loc_start_lnum;
  frame->end_line = place.loc_end_lnum;
  frame->start = place.loc_start_chr;
  frame->end = place.loc_end_offset;
#else
  frame->line = frame->end_line = place.loc_lnum;
  frame->start = place.loc_startchr;
  frame->end = place.loc_endchr;
#endif
  frame->is_inlined = place.loc_is_inlined;
  return 1;
}

/* Whether this thread holds the runtime. OCaml 5 says so by itself. OCaml 4 does not: there, the
   hooks around blocking sections keep a flag. A thread whose flag is wrongly unset only takes the
   slower way to drop a root.
   The flag is for the main thread alone, and for Rust threads that Bactrian has made known to OCaml. A
   thread of OCaml 4 that ends releases the master lock without calling a hook, and what Rust keeps in
   thread-local variables is dropped after that. */
#if OCAML5
/* Whether the domain that this thread was made for has ended. The runtime leaves Caml_state as it was then,
   though a new domain may have it already, and what Rust keeps in thread-local variables is dropped after
   that. So the runtime is asked to say it from the beginning on, before any domain can end. */
static __thread int ended;
int bactrian_domain_has_ended(void) { return ended; }
#if defined(__ELF__)
/* Tools load libraries without a runtime. Nothing else refers to the hook, or it would not be weak. */
#pragma weak caml_domain_terminated_hook
#endif
static caml_timing_hook next_terminated;
static void (*_Atomic at_domain_end)(void);
void bactrian_at_domain_end(void (*function)(void)) { atomic_store(&at_domain_end, function); }
static void on_terminated(void) {
  void (*function)(void) = atomic_load(&at_domain_end);
  ended = 1;
  if (function != NULL) function();
  if (next_terminated != NULL) next_terminated();
}
__attribute__((constructor)) static void watch_domains(void) {
#if defined(__ELF__)
  if (&caml_domain_terminated_hook == NULL) return;
#endif
  next_terminated = atomic_load(&caml_domain_terminated_hook);
  while (!atomic_compare_exchange_weak(&caml_domain_terminated_hook, &next_terminated, on_terminated)) {}
}
int bactrian_holds_runtime(void) { return Caml_state_opt != NULL && !ended; }
void bactrian_watch_runtime(void) {}
void bactrian_flag_thread(int on) {}
#else
int bactrian_domain_has_ended(void) { return 0; }
#if defined(__linux__)
#include <sys/syscall.h>
#include <unistd.h>
extern long syscall(long, ...);
static int is_main(void) { return syscall(SYS_gettid) == getpid(); }
#elif defined(__APPLE__)
static int is_main(void) { return pthread_main_np(); }
#else
static int is_main(void) { return 0; }
#endif
static __thread int holds;
/* What the flag becomes when the thread gets the runtime: -1 until that is known. */
static __thread int mark = -1;
/* What was seen of this thread: -1 nothing, 1 that it took the runtime, 0 that it released it.
   Where `holds` is to be never wrongly set, this is to be never wrongly 0. */
static __thread int seen = -1;
static void now_holds(void) {
  if (mark < 0) mark = is_main();
  holds = mark;
  seen = 1;
}
static void now_released(void) { holds = seen = 0; }
int bactrian_seen_runtime(void) { return seen; }
void bactrian_mark_runtime(int held) {
  if (held) now_holds();
  else now_released();
}
typedef void (*hook)(void);
static hook next_enter[2], next_leave[2];
static void enter_0(void) { now_released(); next_enter[0](); }
static void leave_0(void) { next_leave[0](); now_holds(); }
static void enter_1(void) { now_released(); next_enter[1](); }
static void leave_1(void) { next_leave[1](); now_holds(); }
static const hook our_enter[2] = { enter_0, enter_1 };
static const hook our_leave[2] = { leave_0, leave_1 };
static int installed = 0;
#if BACTRIAN_OCAML_MINOR < 13
/* A signal is only recorded: its handler, run at once, could raise over Rust frames. */
static int try_leave(void) { return 0; }
#endif
int bactrian_holds_runtime(void) { return holds; }
void bactrian_flag_thread(int on) {
  mark = on ? 1 : -1;
  if (!on) holds = 0;
}
/* To be called with the runtime held. A second time because the thread library, when it starts
   after us, replaces the hooks without calling those before it. The second pair is not the first:
   a library that does call those before it would have the first call itself for ever. */
static int hooks_are_ours(void) {
  return installed > 0 && caml_enter_blocking_section_hook == our_enter[installed - 1];
}
void bactrian_watch_runtime(void) {
  now_holds();
  if (installed == 2 || hooks_are_ours()) return;
  next_enter[installed] = caml_enter_blocking_section_hook;
  next_leave[installed] = caml_leave_blocking_section_hook;
#if BACTRIAN_OCAML_MINOR < 13
  caml_try_leave_blocking_section_hook = try_leave;
#endif
  caml_enter_blocking_section_hook = our_enter[installed];
  caml_leave_blocking_section_hook = our_leave[installed];
  installed++;
}
/* After the lock was taken, and before it is given back, by way of the hooks: ours have seen it. */
void bactrian_runtime_taken(void) {
  if (!hooks_are_ours()) bactrian_watch_runtime();
}
void bactrian_runtime_given_back(void) {
  if (!hooks_are_ours()) now_released();
}
#endif

/* Rust closures as OCaml functions. Nothing here belongs to one library: where a program has several,
   the linker keeps any one of these for all, so they are weak. The number in the names stands for what
   the libraries have to agree on: how blocks and functions look, how code is called. Whoever changes any
   of that changes the number, here and wherever else it is. Then libraries of different versions work
   beside each other, each with its own; and OCaml code of one version and Rust code of another do not
   link. */

/* The words of the OCaml functions that are copied (see Function in the crate bactrian): addresses of
   code and numbers, and last the one value that a function has, in whose place a copy has a block.
   `wosize` is 0 before OCaml code has given the function. Entries are written once; should two domains
   do so at the same time, a mixture of their words is as good. */
#define FUNCTIONS 8
#define FUNCTION_WORDS 4
#define CLOSURE_PLACE Val_long(0xbac7)
struct bactrian2_function {
  uintnat wosize;
  value words[FUNCTION_WORDS];
};
__attribute__((weak)) struct bactrian2_function bactrian2_functions[FUNCTIONS] = { { 0, { 0 } } };

/* Whether a value is an OCaml function whose last word is the place, and the only value in it. */
static int is_closure_function(value function) {
  mlsize_t wosize;
  if (Is_long(function) || Tag_val(function) != Closure_tag) return 0;
  wosize = Wosize_val(function);
  if (wosize < 2 || wosize > FUNCTION_WORDS || Field(function, wosize - 1) != CLOSURE_PLACE) return 0;
#ifdef Start_env_closinfo
  return wosize > 2 && Start_env_closinfo(Closinfo_val(function)) == wosize - 1;
#else
  for (wosize--; wosize > 0; wosize--) {
    value word = Field(function, wosize - 1);
    if (Is_block(word) && Is_in_value_area(word)) return 0;
  }
  return 1;
#endif
}

__attribute__((weak)) value bactrian2_register_functions(value functions) {
  mlsize_t n, i, count = 0;
  if (Is_block(functions) && Tag_val(functions) == 0) count = Wosize_val(functions);
  if (count < 1 || count > FUNCTIONS)
    caml_invalid_argument("bactrian: not the functions for Rust closures");
  for (n = 0; n < count; n++)
    if (!is_closure_function(Field(functions, n)))
      caml_invalid_argument("bactrian: not a function for Rust closures");
  for (n = 0; n < count; n++) {
    struct bactrian2_function *function = &bactrian2_functions[n];
    value given = Field(functions, n);
    if (__atomic_load_n(&function->wosize, __ATOMIC_ACQUIRE) != 0) continue;
    for (i = 0; i < Wosize_val(given); i++)
      __atomic_store_n(&function->words[i], Field(given, i), __ATOMIC_RELAXED);
    __atomic_store_n(&function->wosize, Wosize_val(given), __ATOMIC_RELEASE);
  }
  return Val_unit;
}

/* The identifiers of the operations of blocks, by the number of arguments, which nothing but their
   address tells apart. */
__attribute__((weak)) const char bactrian2_identifiers[FUNCTIONS][17] = {
  "bactrian.closure", "bactrian.closure", "bactrian.closure", "bactrian.closure",
  "bactrian.closure", "bactrian.closure", "bactrian.closure", "bactrian.closure",
};

/* What these functions call with a block {operations, payload}: the code takes the block and n
   arguments. The OCaml code that calls them keeps the block alive meanwhile. */
struct closure_operations {
  struct custom_operations base;
  void *code;
};
static void *closure_code(value block, int n) {
  const struct closure_operations *operations;
  if (Is_block(block) && Tag_val(block) == Custom_tag) {
    operations = (const struct closure_operations *)Custom_ops_val(block);
    if (operations->base.identifier == bactrian2_identifiers[n - 1]) return operations->code;
  }
  caml_invalid_argument("bactrian: not the block of a Rust closure of so many arguments");
}
#define APPLY(n, parameters, arguments)                                                            \
  __attribute__((weak)) value bactrian2_apply##n parameters {                                      \
    return ((value(*) parameters)closure_code(block, n)) arguments;                                \
  }
#define APPLY_BYTECODE(n, arguments)                                                               \
  __attribute__((weak)) value bactrian2_apply##n##_bytecode(value *v, int count) {                 \
    (void)count;                                                                                   \
    return bactrian2_apply##n arguments;                                                           \
  }
APPLY(1, (value block, value a), (block, a))
APPLY(2, (value block, value a, value b), (block, a, b))
APPLY(3, (value block, value a, value b, value c), (block, a, b, c))
APPLY(4, (value block, value a, value b, value c, value d), (block, a, b, c, d))
APPLY(5, (value block, value a, value b, value c, value d, value e), (block, a, b, c, d, e))
APPLY(6, (value block, value a, value b, value c, value d, value e, value f),
      (block, a, b, c, d, e, f))
APPLY(7, (value block, value a, value b, value c, value d, value e, value f, value g),
      (block, a, b, c, d, e, f, g))
APPLY(8, (value block, value a, value b, value c, value d, value e, value f, value g, value h),
      (block, a, b, c, d, e, f, g, h))
APPLY_BYTECODE(5, (v[0], v[1], v[2], v[3], v[4], v[5]))
APPLY_BYTECODE(6, (v[0], v[1], v[2], v[3], v[4], v[5], v[6]))
APPLY_BYTECODE(7, (v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]))
APPLY_BYTECODE(8, (v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]))
