/* C as the OCaml manual teaches it: CAMLparam and CAMLreturn everywhere, caml_alloc, Store_field,
   caml_copy_*, one conversion after the other. */
#include "common.h"

/* ---- calls ---- */

value c_noop(value unit)
{
  CAMLparam1(unit);
  CAMLreturn(Val_unit);
}

value c_int_add(value a, value b)
{
  CAMLparam2(a, b);
  CAMLreturn(Val_long(Long_val(a) + Long_val(b)));
}

intnat c_int_add_untagged(intnat a, intnat b) { return a + b; }
intnat c_int_add_noalloc(intnat a, intnat b) { return a + b; }

value c_float_add_boxed(value a, value b)
{
  CAMLparam2(a, b);
  CAMLreturn(caml_copy_double(Double_val(a) + Double_val(b)));
}

double c_float_add_unboxed(double a, double b) { return a + b; }
double c_float_add_noalloc(double a, double b) { return a + b; }

/* Counters that OCaml owns: the type checked by its operations, as Bactrian does. */
static void c_custom_finalize(value v) { free(*(intnat **)Data_custom_val(v)); }
static struct custom_operations c_custom_operations = {
  "bench.c", c_custom_finalize, custom_compare_default, custom_hash_default,
  custom_serialize_default, custom_deserialize_default, custom_compare_ext_default,
  custom_fixed_length_default
};

value c_custom_make(value n)
{
  CAMLparam1(n);
  CAMLlocal1(v);
  intnat *counter = malloc(sizeof(intnat));
  if (counter == NULL) caml_raise_out_of_memory();
  *counter = Long_val(n);
  v = caml_alloc_custom(&c_custom_operations, sizeof(intnat *), 0, 1);
  *(intnat **)Data_custom_val(v) = counter;
  CAMLreturn(v);
}

value c_custom_read(value v)
{
  CAMLparam1(v);
  if (Custom_ops_val(v) != &c_custom_operations) caml_invalid_argument("not a counter");
  CAMLreturn(Val_long(**(intnat **)Data_custom_val(v)));
}

value c_custom_change(value v)
{
  CAMLparam1(v);
  if (Custom_ops_val(v) != &c_custom_operations) caml_invalid_argument("not a counter");
  ++**(intnat **)Data_custom_val(v);
  CAMLreturn(Val_unit);
}

value c_custom_shared_make(value n) { return c_custom_make(n); }
value c_custom_shared_read(value v) { return c_custom_read(v); }

static struct custom_operations c_inline_operations = {
  "bench.c.inline", custom_finalize_default, custom_compare_default, custom_hash_default,
  custom_serialize_default, custom_deserialize_default, custom_compare_ext_default,
  custom_fixed_length_default
};

value c_custom_inline_make(value n)
{
  CAMLparam1(n);
  CAMLlocal1(v);
  v = caml_alloc_custom(&c_inline_operations, sizeof(intnat), 0, 1);
  *(intnat *)Data_custom_val(v) = Long_val(n);
  CAMLreturn(v);
}

value c_custom_inline_read(value v)
{
  CAMLparam1(v);
  if (Custom_ops_val(v) != &c_inline_operations) caml_invalid_argument("not inline");
  CAMLreturn(Val_long(*(intnat *)Data_custom_val(v)));
}

/* ---- bigarrays ---- */

double c_bigarray_sum(value a)
{
  CAMLparam1(a);
  double sum = 0, *data = Caml_ba_data_val(a);
  intnat n = Caml_ba_array_val(a)->dim[0];
  for (intnat i = 0; i < n; i++) sum += data[i];
  CAMLreturnT(double, sum);
}

value c_bigarray_map(value a)
{
  CAMLparam1(a);
  CAMLlocal1(b);
  intnat n = Caml_ba_array_val(a)->dim[0];
  b = caml_ba_alloc_dims(CAML_BA_FLOAT64 | CAML_BA_C_LAYOUT, 1, NULL, n);
  double *from = Caml_ba_data_val(a), *to = Caml_ba_data_val(b);
  for (intnat i = 0; i < n; i++) to[i] = 2. * from[i] + 1.;
  CAMLreturn(b);
}

value c_bigarray_update(value a)
{
  CAMLparam1(a);
  double *data = Caml_ba_data_val(a);
  intnat n = Caml_ba_array_val(a)->dim[0];
  for (intnat i = 0; i < n; i++) data[i] = 1000. - data[i];
  CAMLreturn(Val_unit);
}

intnat c_bigarray_view(value a)
{
  CAMLparam1(a);
  CAMLreturnT(intnat, Caml_ba_array_val(a)->dim[0] + (intnat)((double *)Caml_ba_data_val(a))[1]);
}

value c_buffer_out(intnat n)
{
  CAMLparam0();
  CAMLlocal1(b);
  b = caml_ba_alloc_dims(CAML_BA_UINT8 | CAML_BA_C_LAYOUT, 1, NULL, n);
  memset(Caml_ba_data_val(b), 7, n);
  CAMLreturn(b);
}

value c_int64_add_boxed(value a, value b)
{
  CAMLparam2(a, b);
  CAMLreturn(caml_copy_int64(Int64_val(a) + Int64_val(b)));
}

int64_t c_int64_add_unboxed(int64_t a, int64_t b) { return a + b; }
int64_t c_int64_add_noalloc(int64_t a, int64_t b) { return a + b; }

value c_args7(value a, value b, value c, value d, value e, value f, value g)
{
  CAMLparam5(a, b, c, d, e);
  CAMLxparam2(f, g);
  CAMLreturn(Val_long(Long_val(a) + Long_val(b) + Long_val(c) + Long_val(d) + Long_val(e)
                      + Long_val(f) + Long_val(g)));
}

intnat c_args7_untagged(intnat a, intnat b, intnat c, intnat d, intnat e, intnat f, intnat g)
{
  return a + b + c + d + e + f + g;
}

/* ---- strings ---- */

intnat c_str_in(value s)
{
  CAMLparam1(s);
  CAMLreturnT(intnat, caml_string_length(s));
}

intnat c_bytes_in(value s)
{
  CAMLparam1(s);
  CAMLreturnT(intnat, caml_string_length(s));
}

intnat c_bytes_in_noalloc(value s) { return caml_string_length(s); }

value c_str_out_16(value unit)
{
  CAMLparam1(unit);
  CAMLreturn(caml_copy_string(text_16.data));
}

value c_str_out_1k(value unit)
{
  CAMLparam1(unit);
  CAMLreturn(caml_copy_string(text_1k.data));
}

value c_str_upper(value s)
{
  CAMLparam1(s);
  CAMLlocal1(result);
  mlsize_t length = caml_string_length(s);
  result = caml_alloc_string(length);
  for (mlsize_t i = 0; i < length; i++) {
    unsigned char c = Byte_u(s, i);
    Bytes_val(result)[i] = c >= 'a' && c <= 'z' ? c - 32 : c;
  }
  CAMLreturn(result);
}

/* ---- options, results, tuples, records, variants ---- */

intnat c_option_in(value o)
{
  CAMLparam1(o);
  CAMLreturnT(intnat, Is_block(o) ? Long_val(Field(o, 0)) : -1);
}

intnat c_option_in_noalloc(value o) { return Is_block(o) ? Long_val(Field(o, 0)) : -1; }

value c_option_out(intnat n)
{
  CAMLparam0();
  CAMLlocal1(some);
  some = caml_alloc(1, 0);
  Store_field(some, 0, Val_long(n));
  CAMLreturn(some);
}

value c_result_out_ok(intnat n)
{
  CAMLparam0();
  CAMLlocal1(ok);
  ok = caml_alloc(1, 0);
  Store_field(ok, 0, Val_long(n));
  CAMLreturn(ok);
}

value c_result_out_error(intnat n)
{
  CAMLparam0();
  CAMLlocal1(error);
  (void)n;
  error = caml_alloc(1, 1);
  Store_field(error, 0, caml_copy_string(error_text.data));
  CAMLreturn(error);
}

intnat c_tuple_in(value t)
{
  CAMLparam1(t);
  CAMLreturnT(intnat, Long_val(Field(t, 0)) + (intnat)Double_val(Field(t, 1))
                      + caml_string_length(Field(t, 2)));
}

intnat c_tuple_borrowed_in(value t) { return c_tuple_in(t); }

value c_tuple_out(intnat n)
{
  CAMLparam0();
  CAMLlocal1(tuple);
  tuple = caml_alloc_tuple(3);
  Store_field(tuple, 0, Val_long(n));
  Store_field(tuple, 1, caml_copy_double((double)n));
  Store_field(tuple, 2, caml_copy_string(text_16.data));
  CAMLreturn(tuple);
}

intnat c_record_in(value r)
{
  CAMLparam1(r);
  CAMLlocal1(tags);
  intnat sum = caml_string_length(Field(r, 0)) + Long_val(Field(r, 1))
    + (intnat)Double_val(Field(r, 2)) + Bool_val(Field(r, 3));
  for (tags = Field(r, 4); tags != Val_emptylist; tags = Field(tags, 1))
    sum += caml_string_length(Field(tags, 0));
  CAMLreturnT(intnat, sum);
}

value c_record_out(value unit)
{
  CAMLparam1(unit);
  CAMLlocal3(record, list, cell);
  list = Val_emptylist;
  for (size_t i = somebody.tag_count; i-- > 0;) {
    cell = caml_alloc(2, 0);
    Store_field(cell, 0, caml_copy_string(somebody.tags[i].data));
    Store_field(cell, 1, list);
    list = cell;
  }
  record = caml_alloc(5, 0);
  Store_field(record, 0, caml_copy_string(somebody.name.data));
  Store_field(record, 1, Val_long(somebody.age));
  Store_field(record, 2, caml_copy_double(somebody.score));
  Store_field(record, 3, Val_bool(somebody.active));
  Store_field(record, 4, list);
  CAMLreturn(record);
}

intnat c_variant_in(value v)
{
  CAMLparam1(v);
  intnat n = 1;
  if (Is_block(v))
    switch (Tag_val(v)) {
    case 0: n = (intnat)Double_val(Field(v, 0)); break;
    case 1: n = (intnat)(Double_val(Field(v, 0)) * Double_val(Field(v, 1))); break;
    case 2: n = caml_string_length(Field(v, 0)) + Long_val(Field(v, 1)); break;
    case 3: n = Long_val(Field(v, 0)); break;
    }
  CAMLreturnT(intnat, n);
}

value c_variant_out(intnat kind)
{
  CAMLparam0();
  CAMLlocal1(v);
  switch (kind) {
  case 0: v = Val_int(0); break;
  case 1:
    v = caml_alloc(1, 0);
    Store_field(v, 0, caml_copy_double(2.5));
    break;
  case 2:
    v = caml_alloc(2, 1);
    Store_field(v, 0, caml_copy_double(3.0));
    Store_field(v, 1, caml_copy_double(4.0));
    break;
  case 3:
    v = caml_alloc(2, 2);
    Store_field(v, 0, caml_copy_string(text_16.data));
    Store_field(v, 1, Val_long(kind));
    break;
  default:
    v = caml_alloc(1, 3);
    Store_field(v, 0, Val_long(kind));
  }
  CAMLreturn(v);
}

/* ---- lists ---- */

intnat c_int_list_in(value l)
{
  CAMLparam1(l);
  intnat sum = 0;
  for (; l != Val_emptylist; l = Field(l, 1)) sum += Long_val(Field(l, 0));
  CAMLreturnT(intnat, sum);
}

value c_int_list_out(intnat n)
{
  CAMLparam0();
  CAMLlocal2(list, cell);
  list = Val_emptylist;
  while (n-- > 0) {
    cell = caml_alloc(2, 0);
    Store_field(cell, 0, Val_long(ints[n]));
    Store_field(cell, 1, list);
    list = cell;
  }
  CAMLreturn(list);
}

intnat c_string_list_in(value l)
{
  CAMLparam1(l);
  intnat sum = 0;
  for (; l != Val_emptylist; l = Field(l, 1)) sum += caml_string_length(Field(l, 0));
  CAMLreturnT(intnat, sum);
}

value c_string_list_out(intnat n)
{
  CAMLparam0();
  CAMLlocal2(list, cell);
  list = Val_emptylist;
  while (n-- > 0) {
    cell = caml_alloc(2, 0);
    Store_field(cell, 0, caml_copy_string(texts[n].data));
    Store_field(cell, 1, list);
    list = cell;
  }
  CAMLreturn(list);
}

intnat c_assoc_in(value l)
{
  CAMLparam1(l);
  CAMLlocal1(couple);
  intnat sum = 0;
  for (; l != Val_emptylist; l = Field(l, 1)) {
    couple = Field(l, 0);
    sum += caml_string_length(Field(couple, 0)) + Long_val(Field(couple, 1));
  }
  CAMLreturnT(intnat, sum);
}

value c_assoc_out(intnat n)
{
  CAMLparam0();
  CAMLlocal3(list, cell, couple);
  list = Val_emptylist;
  while (n-- > 0) {
    couple = caml_alloc_tuple(2);
    Store_field(couple, 0, caml_copy_string(pairs[n].key.data));
    Store_field(couple, 1, Val_long(pairs[n].number));
    cell = caml_alloc(2, 0);
    Store_field(cell, 0, couple);
    Store_field(cell, 1, list);
    list = cell;
  }
  CAMLreturn(list);
}

/* ---- arrays ---- */

intnat c_int_array_in(value a)
{
  CAMLparam1(a);
  intnat sum = 0;
  for (mlsize_t i = 0; i < Wosize_val(a); i++) sum += Long_val(Field(a, i));
  CAMLreturnT(intnat, sum);
}

value c_int_array_out(intnat n)
{
  CAMLparam0();
  CAMLlocal1(a);
  a = caml_alloc(n, 0);
  for (intnat i = 0; i < n; i++) Store_field(a, i, Val_long(ints[i]));
  CAMLreturn(a);
}

double c_float_array_in(value a)
{
  CAMLparam1(a);
  double sum = 0;
  mlsize_t n = Wosize_val(a) / Double_wosize;
  for (mlsize_t i = 0; i < n; i++) sum += Double_flat_field(a, i);
  CAMLreturnT(double, sum);
}

double c_float_slice_in(value a) { return c_float_array_in(a); }

value c_float_array_out(intnat n)
{
  CAMLparam0();
  CAMLlocal1(a);
  a = caml_alloc_float_array(n);
  for (intnat i = 0; i < n; i++) Store_double_flat_field(a, i, floats[i]);
  CAMLreturn(a);
}

/* ---- trees ---- */

intnat c_tree_in(value t)
{
  CAMLparam1(t);
  if (Is_long(t)) CAMLreturnT(intnat, 0);
  CAMLreturnT(intnat, c_tree_in(Field(t, 0)) + Long_val(Field(t, 1)) + c_tree_in(Field(t, 2)));
}

static value make_tree(const tree *t)
{
  CAMLparam0();
  CAMLlocal3(node, left, right);
  if (t->left == NULL) CAMLreturn(Val_int(0));
  left = make_tree(t->left);
  right = make_tree(t->right);
  node = caml_alloc(3, 0);
  Store_field(node, 0, left);
  Store_field(node, 1, Val_long(t->number));
  Store_field(node, 2, right);
  CAMLreturn(node);
}

value c_tree_out(value unit)
{
  CAMLparam1(unit);
  CAMLreturn(make_tree(tree_10));
}

/* ---- exceptions and callbacks ---- */

value c_exn_from_native(intnat n)
{
  CAMLparam0();
  if (n != 0) caml_failwith(error_text.data);
  CAMLreturn(Val_unit);
}

/* The lock is given back, and taken again. */
value c_detach(value unit)
{
  caml_enter_blocking_section();
  caml_leave_blocking_section();
  return Val_unit;
}

value c_attach(value unit)
{
  caml_enter_blocking_section();
  for (intnat i = 0; i < 1000; i++) {
    caml_leave_blocking_section();
    caml_enter_blocking_section();
  }
  caml_leave_blocking_section();
  return Val_unit;
}

intnat c_callback(value f)
{
  CAMLparam1(f);
  CAMLlocal1(result);
  intnat sum = 0;
  for (intnat i = 0; i < 1000; i++) {
    result = caml_callback_exn(f, Val_long(i));
    if (Is_exception_result(result)) caml_raise(Extract_exception(result));
    sum += Long_val(result);
  }
  CAMLreturnT(intnat, sum);
}

intnat c_callback_exn(value f)
{
  CAMLparam1(f);
  CAMLlocal1(result);
  intnat exceptions = 0;
  for (intnat i = 0; i < 1000; i++) {
    result = caml_callback_exn(f, Val_long(i));
    if (Is_exception_result(result)) exceptions++;
  }
  CAMLreturnT(intnat, exceptions);
}

/* ---- closures ---- */

struct closure { intnat (*code)(struct closure *, intnat); intnat n; };
#define Closure_of(v) (*(struct closure **)Data_custom_val(v))
static void c_closure_finalize(value v) { free(Closure_of(v)); }
static struct custom_operations c_closure_operations = {
  "bench.c.closure", c_closure_finalize, custom_compare_default, custom_hash_default,
  custom_serialize_default, custom_deserialize_default, custom_compare_ext_default,
  custom_fixed_length_default
};
static intnat closure_add(struct closure *closure, intnat m) { return closure->n + m; }

value c_closure_block(intnat n)
{
  CAMLparam0();
  CAMLlocal1(v);
  struct closure *closure = malloc(sizeof *closure);
  if (closure == NULL) caml_raise_out_of_memory();
  closure->code = closure_add;
  closure->n = n;
  v = caml_alloc_custom(&c_closure_operations, sizeof(struct closure *), 0, 1);
  Closure_of(v) = closure;
  CAMLreturn(v);
}

value c_closure_apply(value v, value m)
{
  CAMLparam2(v, m);
  struct closure *closure = Closure_of(v);
  CAMLreturn(Val_long(closure->code(closure, Long_val(m))));
}

/* ---- roots: generational global roots ---- */

value c_roots_x1000(value v)
{
  CAMLparam1(v);
  for (int i = 0; i < 1000; i++) {
    value *root = malloc(sizeof *root);
    *root = v;
    caml_register_generational_global_root(root);
    USED(root);
    caml_remove_generational_global_root(root);
    free(root);
  }
  CAMLreturn(Val_unit);
}

static value *kept;
static intnat kept_count;

value c_roots_release(value unit)
{
  CAMLparam1(unit);
  for (intnat i = 0; i < kept_count; i++) caml_remove_generational_global_root(&kept[i]);
  free(kept);
  kept = NULL;
  kept_count = 0;
  CAMLreturn(Val_unit);
}

value c_roots_keep(value a)
{
  CAMLparam1(a);
  kept_count = Wosize_val(a);
  kept = malloc(kept_count * sizeof *kept);
  for (intnat i = 0; i < kept_count; i++) {
    kept[i] = Field(a, i);
    caml_register_generational_global_root(&kept[i]);
  }
  CAMLreturn(Val_unit);
}

value c_roots_live(value v, intnat n)
{
  CAMLparam1(v);
  value *roots = malloc(n * sizeof *roots);
  for (intnat i = 0; i < n; i++) {
    roots[i] = v;
    caml_register_generational_global_root(&roots[i]);
  }
  USED(roots);
  for (intnat i = 0; i < n; i++) caml_remove_generational_global_root(&roots[i]);
  free(roots);
  CAMLreturn(Val_unit);
}

value c_exn_of_error(intnat n) { return c_exn_from_native(n); }
