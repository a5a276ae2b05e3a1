/* The runtime started by a Rust program, its lock taken and given back by Rust threads.
   Functions of the runtime that may run signal handlers, which may raise over Rust frames, are not
   called here: the lock is handled by the hooks themselves. */

#define CAML_INTERNALS
#define CAML_NAME_SPACE
#include <errno.h>
#include <stddef.h>
#include <caml/mlvalues.h>
#include <caml/callback.h>
#include <caml/domain_state.h>
#include <caml/domain.h>
#include <caml/address_class.h>
#include <caml/signals.h>
#ifndef _WIN32
#include <pthread.h>
#include <signal.h>
#endif

#define OCAML5 (BACTRIAN_OCAML_MAJOR >= 5)

/* What not every program has: the start of native code's runtime, the thread library. */
#if defined(__ELF__)
#define OPTIONAL(result, name, arguments) \
  extern result name arguments __attribute__((weak)); \
  static result (*find_##name(void)) arguments { return name; }
#elif defined(__APPLE__)
#include <dlfcn.h>
#define OPTIONAL(result, name, arguments) \
  static result (*find_##name(void)) arguments { \
    return (result (*) arguments)dlsym(RTLD_DEFAULT, #name); \
  }
#else
#define OPTIONAL(result, name, arguments) \
  extern result name arguments; \
  static result (*find_##name(void)) arguments { return name; }
#endif
OPTIONAL(value, caml_startup_exn, (char_os **))
OPTIONAL(int, caml_c_thread_register, (void))
OPTIONAL(int, caml_c_thread_unregister, (void))

/* Since 5.5 a thread may choose its domain, once. */
#define CHOICE (BACTRIAN_OCAML_MAJOR * 100 + BACTRIAN_OCAML_MINOR >= 505)
#if CHOICE
OPTIONAL(int, caml_c_thread_register_in_domain, (uintnat))
#endif

#if OCAML5
static int holds(void) { return Caml_state_opt != NULL; }
static void now_holds(void) {}
static void now_released(void) {}
static void bactrian_runtime_taken(void) {}
static void bactrian_runtime_given_back(void) {}
#else
/* shim.c: what this thread is known to do; -1 when nothing is known. */
extern int bactrian_seen_runtime(void);
extern void bactrian_mark_runtime(int held);
static int holds(void) { return bactrian_seen_runtime(); }
static void now_holds(void) { bactrian_mark_runtime(1); }
static void now_released(void) { bactrian_mark_runtime(0); }
extern void bactrian_runtime_taken(void);
extern void bactrian_runtime_given_back(void);
#endif

/* How often this thread has given the lock back, for the duration of a function, and not yet taken
   it again. */
static __thread int released;
/* Whether OCaml's main thread is this one, its runtime started by bactrian_start. */
static __thread int started_here;

/* Whether this thread holds the runtime: 1; 0; 2 when it does not, but has it again soon, within
   bactrian_release_for_a_while; or -1 when that is not known, which is only on OCaml 4: a thread that
   has not been seen to take or release the lock. */
int bactrian_lock_state(void) {
  int state = holds();
  return state == 0 && released > 0 ? 2 : state;
}

/* Starts the runtime on this thread, which holds it then. Returns 0 when the program has none. An
   exception is marked in bit 1 of the result. */
int bactrian_start(char_os **arguments, value *result) {
  value (*start)(char_os **) = find_caml_startup_exn();
  if (start == NULL) return 0;
  /* The code that OCaml runs at its start may call Rust. */
  now_holds();
  *result = start(arguments);
  started_here = 1;
  return 1;
}

/* Whether there is a runtime that an OCaml main program has started. */
int bactrian_runtime_lives(void) {
#if OCAML5
  return caml_minor_heaps_start != 0;
#else
  return Caml_state != NULL;
#endif
}

/* Whether the thread library is there and has been initialised. */
#if OCAML5 && defined(__ELF__)
extern void caml_thread_interrupt_hook(void) __attribute__((weak));
static int is_initialised(void) {
  /* Without a lock, for which a thread that holds no domain cannot wait. */
  if (caml_thread_interrupt_hook != NULL)
    return caml_domain_external_interrupt_hook == caml_thread_interrupt_hook;
  return caml_named_value("Thread.at_shutdown") != NULL;
}
#else
static int is_initialised(void) { return caml_named_value("Thread.at_shutdown") != NULL; }
#endif
int bactrian_has_threads(void) {
  return find_caml_c_thread_register() != NULL && find_caml_c_thread_unregister() != NULL
    && is_initialised();
}

#if OCAML5 && defined(__ELF__)
extern pthread_key_t caml_thread_key __attribute__((weak));
static int is_known(void) {
  return &caml_thread_key != NULL && pthread_getspecific(caml_thread_key) != NULL;
}
#elif OCAML5
static int is_known(void) { return 0; }
#else
static int is_known(void) { return holds() == 0; }
#endif

/* Makes this thread, which is not known to hold the runtime, known to it.
   1: it is now, in that domain, which lives as long as this runs. 2: it was before, in whatever domain,
   and may take the lock. 3: it was before, and may hold the lock. 4: only domain 0 takes threads.
   0: it is not (no memory, no thread library, once in another domain). */
int bactrian_register_thread(int has_threads, uintnat domain) {
  int registered;
  if (released > 0 || started_here) return 2;
  if (!has_threads) return 0;
#if !CHOICE
  if (domain != 0) return is_known() ? 2 : 4;
#endif
#ifndef _WIN32
  /* Signal handlers would run on this thread, and what they raise would end the program. */
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
#endif
#if CHOICE
  if (domain != 0)
    registered = find_caml_c_thread_register_in_domain()(domain);
  else
#endif
    registered = find_caml_c_thread_register()();
#ifndef _WIN32
  pthread_sigmask(SIG_SETMASK, &before, NULL);
#endif
  if (registered) {
    now_released();
    return 1;
  }
  if (is_known()) return 2;
  return OCAML5 ? 0 : 3;
}

/* The number of the domain whose runtime this thread holds: OCaml's `Domain.self ()`. */
uintnat bactrian_domain(void) {
#if OCAML5
  return Caml_state->unique_id;
#else
  return 0;
#endif
}

/* For a thread that bactrian_register_thread made known, at its end, without the lock. */
void bactrian_unregister_thread(void) { find_caml_c_thread_unregister()(); }

/* Takes the lock. Runs no OCaml code: signals that came meanwhile are handled at the next poll. */
void bactrian_acquire(void) {
#if BACTRIAN_OCAML_MAJOR == 4 && BACTRIAN_OCAML_MINOR < 13
  int saved = errno;
  caml_leave_blocking_section_hook();
  caml_set_action_pending();
  errno = saved;
#else
  caml_leave_blocking_section();
#endif
  bactrian_runtime_taken();
}

/* Gives the lock back, also when signals are pending: the next thread to take it sees them. */
void bactrian_release(void) {
  bactrian_runtime_given_back();
  caml_enter_blocking_section_hook();
}

/* The same, for the duration of a function. */
void bactrian_release_for_a_while(void) {
  released++;
  bactrian_release();
}
void bactrian_acquire_again(void) {
  bactrian_acquire();
  released--;
}

/* Ends the runtime, which this thread holds and never gives back: what OCaml threads there still
   are must not run any more. */
extern void caml_shutdown(void);
void bactrian_shutdown(void) {
  caml_shutdown();
  now_released();
}

/* As much of that as can be done while other domains run: the functions given to `at_exit`. */
void bactrian_at_exit(void) {
  const value *functions = caml_named_value("Pervasives.do_at_exit");
  if (functions != NULL) caml_callback_exn(*functions, Val_unit);
  now_released();
}
