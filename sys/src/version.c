/* Whether the runtime of the program is that of the OCaml whose headers the shim was compiled with. The
   runtime does not say which it is, and the linker takes another one where the names that are used are the
   same; then its data is read at the wrong places.

   Each version has functions that the one before had not. They are looked for when the library is loaded, or
   the program starts: before any function of the library can be called. Without OCaml's headers, in which
   they are functions, and compiled for other versions in tests/version.rs.

   Only on ELF: elsewhere it is not known at run time which functions there are. */

/* shim.c refers to this, so that it is linked. */
const int bactrian_version = BACTRIAN_OCAML_MAJOR * 100 + BACTRIAN_OCAML_MINOR;

#if defined(__ELF__)
#include <stddef.h>
#include <stdio.h>
#include <unistd.h>

#define VERSION(major, minor) ((major) * 100 + (minor))

/* Parts of the runtime that every program has, native and bytecode. */
extern char caml_alloc_shr __attribute__((weak));
extern char caml_sys_mkdir __attribute__((weak));
extern char caml_log2_float __attribute__((weak));
extern char caml_ml_is_buffered __attribute__((weak));
extern char caml_ml_domain_id __attribute__((weak));
extern char caml_sys_is_regular_file __attribute__((weak));
extern char caml_ml_is_binary_mode __attribute__((weak));
extern char caml_memprof_new_domain __attribute__((weak));
extern char caml_sys_io_buffer_size __attribute__((weak));
extern char caml_find_index_of_running_domain __attribute__((weak));

struct since { int version; const char *there; };

static int runtime_version(void) {
  const struct since since[] = {
    { VERSION(4, 12), &caml_sys_mkdir },
    { VERSION(4, 13), &caml_log2_float },
    { VERSION(4, 14), &caml_ml_is_buffered },
    { VERSION(5, 0), &caml_ml_domain_id },
    { VERSION(5, 1), &caml_sys_is_regular_file },
    { VERSION(5, 2), &caml_ml_is_binary_mode },
    { VERSION(5, 3), &caml_memprof_new_domain },
    { VERSION(5, 4), &caml_sys_io_buffer_size },
    { VERSION(5, 5), &caml_find_index_of_running_domain },
  };
  int version = VERSION(4, 11);
  for (size_t i = 0; i < sizeof since / sizeof since[0] && since[i].there != NULL; i++)
    version = since[i].version;
  return version;
}

__attribute__((constructor)) static void check_version(void) {
  const int built = bactrian_version;
  /* Without a runtime nothing of it is used: tools load libraries for other reasons. */
  const int found = &caml_alloc_shr == NULL ? built : runtime_version();
  if (found == built) return;
  fprintf(stderr,
          "This Rust library was built for OCaml %d.%d, and this program has the runtime of OCaml %d.%d.\n"
          "Build it again with the program's `ocamlopt` in PATH (or in the variable OCAMLOPT), in a target\n"
          "directory of its own (CARGO_TARGET_DIR).\n",
          built / 100, built % 100, found / 100, found % 100);
  fflush(stderr);
  _exit(2);
}
#endif
