/* The fastest correct C that an expert would write: no CAMLparam where nothing can collect, the
   runtime's inline allocation (Alloc_small), one reservation for several blocks carved out by hand,
   fields written directly, memcpy. It checks nothing that the OCaml type promises. */
#include "carve.h"

/* ---- calls ---- */

value fast_noop(value unit) { return unit; }
value fast_int_add(value a, value b) { return a + b - 1; }
intnat fast_int_add_untagged(intnat a, intnat b) { return a + b; }
intnat fast_int_add_noalloc(intnat a, intnat b) { return a + b; }

value fast_float_add_boxed(value a, value b)
{
  double sum = Double_val(a) + Double_val(b);
  value v;
  RESERVE(v, Double_wosize, Double_tag);
  Store_double_val(v, sum);
  return v;
}

double fast_float_add_unboxed(double a, double b) { return a + b; }
double fast_float_add_noalloc(double a, double b) { return a + b; }

static void fast_custom_finalize(value v) { free(*(intnat **)Data_custom_val(v)); }
static struct custom_operations fast_custom_operations = {
  "bench.fast", fast_custom_finalize, custom_compare_default, custom_hash_default,
  custom_serialize_default, custom_deserialize_default, custom_compare_ext_default,
  custom_fixed_length_default
};

value fast_custom_make(value n)
{
  value v;
  intnat *counter = malloc(sizeof(intnat));
  if (counter == NULL) caml_raise_out_of_memory();
  *counter = Long_val(n);
  RESERVE(v, 2, Custom_tag);
  Custom_ops_val(v) = &fast_custom_operations;
  *(intnat **)Data_custom_val(v) = counter;
#if OCAML_VERSION_MAJOR >= 5
  add_to_custom_table(&Caml_state->minor_tables->custom, v, 0, 1);
#else
  add_to_custom_table(Caml_state_field(custom_table), v, 0, 1);
#endif
  return v;
}

value fast_custom_read(value v)
{
  if (Custom_ops_val(v) != &fast_custom_operations) caml_invalid_argument("not a counter");
  return Val_long(**(intnat **)Data_custom_val(v));
}

value fast_custom_change(value v)
{
  if (Custom_ops_val(v) != &fast_custom_operations) caml_invalid_argument("not a counter");
  ++**(intnat **)Data_custom_val(v);
  return Val_unit;
}

value fast_custom_shared_make(value n) { return fast_custom_make(n); }
value fast_custom_shared_read(value v) { return fast_custom_read(v); }

static struct custom_operations fast_inline_operations = {
  "bench.fast.inline", custom_finalize_default, custom_compare_default, custom_hash_default,
  custom_serialize_default, custom_deserialize_default, custom_compare_ext_default,
  custom_fixed_length_default
};

value fast_custom_inline_make(value n)
{
  value v;
  RESERVE(v, 2, Custom_tag);
  Custom_ops_val(v) = &fast_inline_operations;
  *(intnat *)Data_custom_val(v) = Long_val(n);
  return v;
}

value fast_custom_inline_read(value v)
{
  if (Custom_ops_val(v) != &fast_inline_operations) caml_invalid_argument("not inline");
  return Val_long(*(intnat *)Data_custom_val(v));
}

/* ---- bigarrays ---- */

/* Four sums at once, as for float arrays. */
double fast_bigarray_sum(value a)
{
  intnat n = Caml_ba_array_val(a)->dim[0], i;
  const double *d = Caml_ba_data_val(a);
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (i = 0; i + 4 <= n; i += 4) {
    s0 += d[i];
    s1 += d[i + 1];
    s2 += d[i + 2];
    s3 += d[i + 3];
  }
  for (; i < n; i++) s0 += d[i];
  return (s0 + s1) + (s2 + s3);
}

/* The runtime's allocation collects: afterwards only the data, which does not move, is read. */
value fast_bigarray_map(value a)
{
  intnat n = Caml_ba_array_val(a)->dim[0];
  const double *restrict from = Caml_ba_data_val(a);
  CAMLparam1(a);
  value b = caml_ba_alloc(CAML_BA_FLOAT64 | CAML_BA_C_LAYOUT, 1, NULL, &n);
  double *restrict to = Caml_ba_data_val(b);
  for (intnat i = 0; i < n; i++) to[i] = 2. * from[i] + 1.;
  CAMLreturn(b);
}

value fast_bigarray_update(value a)
{
  double *data = Caml_ba_data_val(a);
  intnat n = Caml_ba_array_val(a)->dim[0];
  for (intnat i = 0; i < n; i++) data[i] = 1000. - data[i];
  return Val_unit;
}

intnat fast_bigarray_view(value a)
{
  return Caml_ba_array_val(a)->dim[0] + (intnat)((double *)Caml_ba_data_val(a))[1];
}

value fast_buffer_out(intnat n)
{
  value b = caml_ba_alloc(CAML_BA_UINT8 | CAML_BA_C_LAYOUT, 1, NULL, &n);
  memset(Caml_ba_data_val(b), 7, n);
  return b;
}

value fast_int64_add_boxed(value a, value b)
{
  int64_t sum = Int64_val(a) + Int64_val(b);
  value v;
  RESERVE(v, 2, Custom_tag);
  Custom_ops_val(v) = &caml_int64_ops;
  *(int64_t *)Data_custom_val(v) = sum;
  return v;
}

int64_t fast_int64_add_unboxed(int64_t a, int64_t b) { return a + b; }
int64_t fast_int64_add_noalloc(int64_t a, int64_t b) { return a + b; }

value fast_args7(value a, value b, value c, value d, value e, value f, value g)
{
  return a + b + c + d + e + f + g - 6;
}

intnat fast_args7_untagged(intnat a, intnat b, intnat c, intnat d, intnat e, intnat f, intnat g)
{
  return a + b + c + d + e + f + g;
}

/* ---- strings ---- */

intnat fast_str_in(value s) { return length_of(s); }
intnat fast_bytes_in(value s) { return length_of(s); }
intnat fast_bytes_in_noalloc(value s) { return length_of(s); }

value fast_str_out_16(value unit) { (void)unit; return copy_text(text_16); }
value fast_str_out_1k(value unit) { (void)unit; return copy_text(text_1k); }

static inline unsigned char upper(unsigned char c)
{
  return c ^ ((unsigned char)(c - 'a') < 26 ? 0x20 : 0);
}

value fast_str_upper(value s)
{
  mlsize_t length = length_of(s);
  mlsize_t wosize = Wosize_val(s);
  CAMLparam1(s);
  value result;
  if (wosize <= Max_young_wosize) RESERVE(result, wosize, String_tag);
  else result = caml_alloc_string(length);
  Field(result, wosize - 1) = Field(s, wosize - 1);
  for (mlsize_t i = 0; i < length; i++) Bytes_val(result)[i] = upper(Byte_u(s, i));
  CAMLreturn(result);
}

/* ---- options, results, tuples, records, variants ---- */

intnat fast_option_in(value o) { return Is_block(o) ? Long_val(Field(o, 0)) : -1; }
intnat fast_option_in_noalloc(value o) { return Is_block(o) ? Long_val(Field(o, 0)) : -1; }

value fast_option_out(intnat n)
{
  value v;
  RESERVE(v, 1, 0);
  Field(v, 0) = Val_long(n);
  return v;
}

value fast_result_out_ok(intnat n) { return fast_option_out(n); }

value fast_result_out_error(intnat n)
{
  value v;
  mlsize_t words = 2 + 1 + text_wosize(error_text);
  (void)n;
  RESERVE(v, words - 1, 0);
  Field(block_at(WORDS(v), 1, 1), 0) = text_at(WORDS(v) + 2, error_text);
  return v;
}

intnat fast_tuple_in(value t)
{
  return Long_val(Field(t, 0)) + (intnat)Double_val(Field(t, 1)) + length_of(Field(t, 2));
}

intnat fast_tuple_borrowed_in(value t) { return fast_tuple_in(t); }

value fast_tuple_out(intnat n)
{
  value v, *words;
  mlsize_t count = 4 + 1 + Double_wosize + 1 + text_wosize(text_16);
  RESERVE(v, count - 1, 0);
  words = WORDS(v);
  block_at(words, 3, 0);
  Field(v, 0) = Val_long(n);
  Field(v, 1) = float_at(words + 4, (double)n);
  Field(v, 2) = text_at(words + 5 + Double_wosize, text_16);
  return v;
}

intnat fast_record_in(value r)
{
  intnat sum = length_of(Field(r, 0)) + Long_val(Field(r, 1)) + (intnat)Double_val(Field(r, 2))
    + Bool_val(Field(r, 3));
  for (value tags = Field(r, 4); Is_block(tags); tags = Field(tags, 1))
    sum += length_of(Field(tags, 0));
  return sum;
}

value fast_record_out(value unit)
{
  const person *p = &somebody;
  mlsize_t count = 6 + 1 + text_wosize(p->name) + 1 + Double_wosize;
  for (size_t i = 0; i < p->tag_count; i++) count += 3 + 1 + text_wosize(p->tags[i]);
  value v, *words, list = Val_emptylist;
  if (count > RESERVATION) return caml_copy_string("another way");
  (void)unit;
  RESERVE(v, count - 1, 0);
  words = WORDS(v);
  block_at(words, 5, 0);
  words += 6;
  Field(v, 0) = text_at(words, p->name);
  words += 1 + text_wosize(p->name);
  Field(v, 1) = Val_long(p->age);
  Field(v, 2) = float_at(words, p->score);
  words += 1 + Double_wosize;
  Field(v, 3) = Val_bool(p->active);
  for (size_t i = p->tag_count; i-- > 0;) {
    value cell = block_at(words, 2, 0);
    Field(cell, 0) = text_at(words + 3, p->tags[i]);
    Field(cell, 1) = list;
    list = cell;
    words += 4 + text_wosize(p->tags[i]);
  }
  Field(v, 4) = list;
  return v;
}

intnat fast_variant_in(value v)
{
  if (Is_long(v)) return 1;
  switch (Tag_val(v)) {
  case 0: return (intnat)Double_val(Field(v, 0));
  case 1: return (intnat)(Double_val(Field(v, 0)) * Double_val(Field(v, 1)));
  case 2: return length_of(Field(v, 0)) + Long_val(Field(v, 1));
  default: return Long_val(Field(v, 0));
  }
}

value fast_variant_out(intnat kind)
{
  value v, *words;
  switch (kind) {
  case 0: return Val_int(0);
  case 1:
    RESERVE(v, 2 + Double_wosize, 0);
    words = WORDS(v);
    Field(block_at(words, 1, 0), 0) = float_at(words + 2, 2.5);
    return v;
  case 2:
    RESERVE(v, 4 + 2 * Double_wosize, 0);
    words = WORDS(v);
    block_at(words, 2, 1);
    Field(v, 0) = float_at(words + 3, 3.0);
    Field(v, 1) = float_at(words + 4 + Double_wosize, 4.0);
    return v;
  case 3:
    RESERVE(v, 3 + text_wosize(text_16), 0);
    words = WORDS(v);
    block_at(words, 2, 2);
    Field(v, 0) = text_at(words + 3, text_16);
    Field(v, 1) = Val_long(kind);
    return v;
  default:
    RESERVE(v, 1, 3);
    Field(v, 0) = Val_long(kind);
    return v;
  }
}

/* ---- lists ---- */

intnat fast_int_list_in(value l)
{
  intnat sum = 0;
  for (; Is_block(l); l = Field(l, 1)) sum += Long_val(Field(l, 0));
  return sum;
}

#define CELLS (RESERVATION / 3)

/* Conses `ints[from .. to]` to a list, from a reservation. */
static inline value cons_ints(value *words, intnat from, intnat to, value list)
{
  words += 3 * (to - from);
  while (to > from) {
    value cell;
    words -= 3;
    cell = block_at(words, 2, 0);
    to--;
    Field(cell, 0) = Val_long(ints[to]);
    Field(cell, 1) = list;
    list = cell;
  }
  return list;
}

static value long_int_list(intnat n)
{
  CAMLparam0();
  CAMLlocal1(list);
  value v;
  list = Val_emptylist;
  while (n > 0) {
    intnat from = n > CELLS ? n - CELLS : 0;
    RESERVE(v, 3 * (n - from) - 1, 0);
    list = cons_ints(WORDS(v), from, n, list);
    n = from;
  }
  CAMLreturn(list);
}

value fast_int_list_out(intnat n)
{
  value v;
  if (n > CELLS) return long_int_list(n);
  if (n == 0) return Val_emptylist;
  RESERVE(v, 3 * n - 1, 0);
  return cons_ints(WORDS(v), 0, n, Val_emptylist);
}

intnat fast_string_list_in(value l)
{
  intnat sum = 0;
  for (; Is_block(l); l = Field(l, 1)) sum += length_of(Field(l, 0));
  return sum;
}

value fast_string_list_out(intnat n)
{
  CAMLparam0();
  CAMLlocal1(list);
  list = Val_emptylist;
  while (n > 0) {
    intnat from = n;
    mlsize_t count = 0;
    value v, *words, l;
    do {
      mlsize_t more = 4 + text_wosize(texts[from - 1]);
      if (count + more > RESERVATION) break;
      count += more;
      from--;
    } while (from > 0);
    if (count == 0) CAMLreturn(Val_unit); /* a text beyond a reservation: none here */
    RESERVE(v, count - 1, 0);
    words = WORDS(v) + count;
    l = list;
    while (n > from) {
      value cell;
      n--;
      words -= 4 + text_wosize(texts[n]);
      cell = block_at(words, 2, 0);
      Field(cell, 0) = text_at(words + 3, texts[n]);
      Field(cell, 1) = l;
      l = cell;
    }
    list = l;
  }
  CAMLreturn(list);
}

intnat fast_assoc_in(value l)
{
  intnat sum = 0;
  for (; Is_block(l); l = Field(l, 1)) {
    value couple = Field(l, 0);
    sum += length_of(Field(couple, 0)) + Long_val(Field(couple, 1));
  }
  return sum;
}

value fast_assoc_out(intnat n)
{
  CAMLparam0();
  CAMLlocal1(list);
  list = Val_emptylist;
  while (n > 0) {
    intnat from = n;
    mlsize_t count = 0;
    value v, *words, l;
    do {
      mlsize_t more = 7 + text_wosize(pairs[from - 1].key);
      if (count + more > RESERVATION) break;
      count += more;
      from--;
    } while (from > 0);
    if (count == 0) CAMLreturn(Val_unit); /* as above */
    RESERVE(v, count - 1, 0);
    words = WORDS(v) + count;
    l = list;
    while (n > from) {
      value cell, couple;
      n--;
      words -= 7 + text_wosize(pairs[n].key);
      cell = block_at(words, 2, 0);
      couple = block_at(words + 3, 2, 0);
      Field(couple, 0) = text_at(words + 6, pairs[n].key);
      Field(couple, 1) = Val_long(pairs[n].number);
      Field(cell, 0) = couple;
      Field(cell, 1) = l;
      l = cell;
    }
    list = l;
  }
  CAMLreturn(list);
}

/* ---- arrays ---- */

intnat fast_int_array_in(value a)
{
  mlsize_t n = Wosize_val(a);
  const value *fields = (const value *)a;
  intnat sum = 0;
  for (mlsize_t i = 0; i < n; i++) sum += Long_val(fields[i]);
  return sum;
}

static inline void tag_ints(value *restrict to, const intnat *restrict from, intnat n)
{
  for (intnat i = 0; i < n; i++) to[i] = Val_long(from[i]);
}

value fast_int_array_out(intnat n)
{
  value a;
  if (n == 0) return Atom(0);
  if (n <= Max_young_wosize) {
    RESERVE(a, n, 0);
    tag_ints((value *)a, ints, n);
    return a;
  }
  a = caml_alloc_shr(n, 0);
  tag_ints((value *)a, ints, n);
  return caml_check_urgent_gc(a);
}

/* Four sums at once: an addition's latency would hide everything else. */
double fast_float_array_in(value a)
{
  mlsize_t n = Wosize_val(a) / Double_wosize;
  const double *d = (const double *)a;
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  mlsize_t i;
  for (i = 0; i + 4 <= n; i += 4) {
    s0 += d[i];
    s1 += d[i + 1];
    s2 += d[i + 2];
    s3 += d[i + 3];
  }
  for (; i < n; i++) s0 += d[i];
  return (s0 + s1) + (s2 + s3);
}

double fast_float_slice_in(value a) { return fast_float_array_in(a); }

value fast_float_array_out(intnat n)
{
  value a;
  if (n == 0) return Atom(0);
  if (n * Double_wosize <= Max_young_wosize) RESERVE(a, n * Double_wosize, Double_array_tag);
  else a = caml_alloc_shr(n * Double_wosize, Double_array_tag);
  memcpy((void *)a, floats, n * sizeof(double));
  if (n * Double_wosize <= Max_young_wosize) return a;
  return caml_check_urgent_gc(a);
}

/* ---- trees ---- */

intnat fast_tree_in(value t)
{
  intnat sum = 0;
  for (; Is_block(t); t = Field(t, 2)) sum += Long_val(Field(t, 1)) + fast_tree_in(Field(t, 0));
  return sum;
}

/* One pass: nodes are carved from reservations; the left subtrees that wait for their right ones
   are in an array of roots, one for each level. */
#define LEVELS 64
typedef struct {
  value *words; /* free words: down from here, to `end` */
  value *end;
  value left[LEVELS];
} forest;

static value make_tree(forest *f, const tree *t, int level)
{
  value node, left, right;
  if (t->left == NULL) return Val_int(0);
  left = make_tree(f, t->left, level + 1);
  f->left[level] = left;
  right = make_tree(f, t->right, level + 1);
  if (f->words == f->end) {
    value v;
    CAMLparam1(right);
    RESERVE(v, RESERVATION / 4 * 4 - 1, 0);
    f->end = WORDS(v);
    f->words = WORDS(v) + RESERVATION / 4 * 4;
    CAMLdrop;
  }
  f->words -= 4;
  node = block_at(f->words, 3, 0);
  Field(node, 0) = f->left[level];
  Field(node, 1) = Val_long(t->number);
  Field(node, 2) = right;
  return node;
}

value fast_tree_out(value unit)
{
  CAMLparam0();
  forest f;
  f.words = f.end = NULL;
  for (int i = 0; i < LEVELS; i++) f.left[i] = Val_unit;
  value *left = f.left;
  CAMLxparamN(left, LEVELS);
  (void)unit;
  value t = make_tree(&f, tree_10, 0);
  CAMLreturn(t);
}

/* ---- exceptions and callbacks ---- */

value fast_exn_from_native(intnat n)
{
  if (n == 0) return Val_unit;
  caml_raise(failure(error_text));
}

/* The lock is given back, and taken again. */
value fast_detach(value unit)
{
  caml_enter_blocking_section();
  caml_leave_blocking_section();
  return Val_unit;
}

value fast_attach(value unit)
{
  caml_enter_blocking_section();
  for (intnat i = 0; i < 1000; i++) {
    caml_leave_blocking_section();
    caml_enter_blocking_section();
  }
  caml_leave_blocking_section();
  return Val_unit;
}

intnat fast_callback(value f)
{
  CAMLparam1(f);
  intnat sum = 0;
  for (intnat i = 0; i < 1000; i++) {
    value result = caml_callback_exn(f, Val_long(i));
    if (Is_exception_result(result)) caml_raise(Extract_exception(result));
    sum += Long_val(result);
  }
  CAMLreturnT(intnat, sum);
}

intnat fast_callback_exn(value f)
{
  CAMLparam1(f);
  intnat exceptions = 0;
  for (intnat i = 0; i < 1000; i++)
    exceptions += Is_exception_result(caml_callback_exn(f, Val_long(i)));
  CAMLreturnT(intnat, exceptions);
}

/* ---- closures ---- */

struct closure { intnat (*code)(struct closure *, intnat); intnat n; };
#define Closure_of(v) (*(struct closure **)Data_custom_val(v))
static void fast_closure_finalize(value v) { free(Closure_of(v)); }
static struct custom_operations fast_closure_operations = {
  "bench.fast.closure", fast_closure_finalize, custom_compare_default, custom_hash_default,
  custom_serialize_default, custom_deserialize_default, custom_compare_ext_default,
  custom_fixed_length_default
};
static intnat closure_add(struct closure *closure, intnat m) { return closure->n + m; }

value fast_closure_block(intnat n)
{
  value v;
  struct closure *closure = malloc(sizeof *closure);
  if (closure == NULL) caml_raise_out_of_memory();
  closure->code = closure_add;
  closure->n = n;
  RESERVE(v, 2, Custom_tag);
  Custom_ops_val(v) = &fast_closure_operations;
  Closure_of(v) = closure;
#if OCAML_VERSION_MAJOR >= 5
  add_to_custom_table(&Caml_state->minor_tables->custom, v, 0, 1);
#else
  add_to_custom_table(Caml_state_field(custom_table), v, 0, 1);
#endif
  return v;
}

value fast_closure_apply(value v, value m)
{
  struct closure *closure = Closure_of(v);
  return Val_long(closure->code(closure, Long_val(m)));
}

/* ---- roots: handles, which are indices of one rooted OCaml array; a free slot holds the next ---- */

static value table;
static intnat table_size, table_free = -1;

static void grow_table(void)
{
  intnat size = table_size ? 2 * table_size : 1024;
  value bigger = caml_alloc_shr(size, 0);
  if (!table_size) {
    table = Val_unit;
    caml_register_generational_global_root(&table);
  }
  for (intnat i = table_size; i < size; i++)
    Field(bigger, i) = Val_long(i + 1 < size ? i + 1 : -1);
  for (intnat i = 0; i < table_size; i++)
    caml_initialize(&Field(bigger, i), Field(table, i));
  caml_modify_generational_global_root(&table, bigger);
  table_free = table_size;
  table_size = size;
}

static inline intnat handle_new(value v)
{
  intnat handle;
  if (table_free < 0) grow_table();
  handle = table_free;
  table_free = Long_val(Field(table, handle));
  caml_modify(&Field(table, handle), v);
  return handle;
}

static inline void handle_drop(intnat handle)
{
  caml_modify(&Field(table, handle), Val_long(table_free));
  table_free = handle;
}

value fast_roots_x1000(value v)
{
  for (int i = 0; i < 1000; i++) {
    intnat handle = handle_new(v);
    USED(handle);
    handle_drop(handle);
  }
  return Val_unit;
}

static intnat *kept;
static intnat kept_count;

value fast_roots_release(value unit)
{
  for (intnat i = 0; i < kept_count; i++) handle_drop(kept[i]);
  free(kept);
  kept = NULL;
  kept_count = 0;
  return unit;
}

value fast_roots_keep(value a)
{
  kept_count = Wosize_val(a);
  kept = malloc(kept_count * sizeof *kept);
  for (intnat i = 0; i < kept_count; i++) kept[i] = handle_new(Field(a, i));
  return Val_unit;
}

value fast_roots_live(value v, intnat n)
{
  intnat *handles = malloc(n * sizeof *handles);
  for (intnat i = 0; i < n; i++) handles[i] = handle_new(v);
  USED(handles);
  for (intnat i = 0; i < n; i++) handle_drop(handles[i]);
  free(handles);
  return Val_unit;
}

value fast_exn_of_error(intnat n) { return fast_exn_from_native(n); }
