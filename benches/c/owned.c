/* The floor where Rust's side owns what it gets: the same malloc, copy, UTF-8 check and free, in
   C. Only the cases that have one. The shapes are checked as far as Rust's types need it: strings
   are UTF-8. What the conversion makes is used as a whole before it is read and freed. */
#include "carve.h"

/* ---- UTF-8 ---- */

/* Checks sequences beyond ASCII, a byte at a time. */
static int utf8_slow(const unsigned char *s, size_t n)
{
  size_t i = 0;
  while (i < n) {
    unsigned char c = s[i];
    if (c < 0x80) {
      i++;
    } else if (c < 0xC2) {
      return 0;
    } else if (c < 0xE0) {
      if (n - i < 2 || (s[i + 1] & 0xC0) != 0x80) return 0;
      i += 2;
    } else if (c < 0xF0) {
      if (n - i < 3 || (s[i + 1] & 0xC0) != 0x80 || (s[i + 2] & 0xC0) != 0x80) return 0;
      if (c == 0xE0 && s[i + 1] < 0xA0) return 0;
      if (c == 0xED && s[i + 1] >= 0xA0) return 0;
      i += 3;
    } else if (c < 0xF5) {
      if (n - i < 4 || (s[i + 1] & 0xC0) != 0x80 || (s[i + 2] & 0xC0) != 0x80
          || (s[i + 3] & 0xC0) != 0x80)
        return 0;
      if (c == 0xF0 && s[i + 1] < 0x90) return 0;
      if (c == 0xF4 && s[i + 1] >= 0x90) return 0;
      i += 4;
    } else {
      return 0;
    }
  }
  return 1;
}

static void invalid(void) { caml_invalid_argument("not UTF-8"); }

/* The length of a string that is UTF-8. ASCII is checked by whole words: an OCaml string fills
   its block, and the padding's bytes are below 8. */
static inline mlsize_t utf8_length(value s)
{
  mlsize_t words = Wosize_val(s), length = length_of(s);
  uint64_t all = 0;
  for (mlsize_t i = 0; i < words; i++) all |= (uint64_t)((const value *)s)[i];
  if (__builtin_expect((all & 0x8080808080808080ull) != 0, 0)
      && !utf8_slow((const unsigned char *)String_val(s), length))
    invalid();
  return length;
}

/* ---- owned strings and vectors, as large as Rust's ---- */

typedef struct { char *data; size_t length, capacity; } string;

static inline string string_of(value s)
{
  string result;
  result.length = result.capacity = utf8_length(s);
  result.data = NULL;
  if (result.length != 0) {
    result.data = malloc(result.length);
    memcpy(result.data, String_val(s), result.length);
  }
  return result;
}

/* Room for one more, as a Rust vector makes it. */
static void *grow(void *data, size_t *capacity, size_t size)
{
  *capacity = *capacity ? 2 * *capacity : 4;
  return realloc(data, *capacity * size);
}

typedef struct { string *data; size_t length, capacity; } strings;

static inline strings strings_of(value l)
{
  strings v = { NULL, 0, 0 };
  for (; Is_block(l); l = Field(l, 1)) {
    if (v.length == v.capacity) v.data = grow(v.data, &v.capacity, sizeof *v.data);
    v.data[v.length++] = string_of(Field(l, 0));
  }
  return v;
}

static inline intnat total_length(const strings *v)
{
  intnat sum = 0;
  for (size_t i = 0; i < v->length; i++) sum += v->data[i].length;
  return sum;
}

static inline void free_strings(strings *v)
{
  for (size_t i = 0; i < v->length; i++) free(v->data[i].data);
  free(v->data);
}

/* ---- strings ---- */

intnat owned_str_in(value s)
{
  return utf8_length(s);
}

value owned_str_upper(value s)
{
  mlsize_t length = utf8_length(s);
  char *copy = malloc(length);
  for (mlsize_t i = 0; i < length; i++) {
    unsigned char c = Byte_u(s, i);
    copy[i] = c ^ ((unsigned char)(c - 'a') < 26 ? 0x20 : 0);
  }
  USED(copy);
  text t = { copy, length };
  value result = copy_text(t);
  free(copy);
  return result;
}

/* ---- tuples, records, variants ---- */

intnat owned_tuple_in(value t)
{
  struct { intnat n; double d; string s; } tuple;
  tuple.n = Long_val(Field(t, 0));
  tuple.d = Double_val(Field(t, 1));
  tuple.s = string_of(Field(t, 2));
  USED(&tuple);
  intnat result = tuple.n + (intnat)tuple.d + tuple.s.length;
  free(tuple.s.data);
  return result;
}

intnat owned_tuple_borrowed_in(value t)
{
  return Long_val(Field(t, 0)) + (intnat)Double_val(Field(t, 1)) + utf8_length(Field(t, 2));
}

intnat owned_record_in(value r)
{
  struct { string name; intnat age; double score; int active; strings tags; } p;
  p.name = string_of(Field(r, 0));
  p.age = Long_val(Field(r, 1));
  p.score = Double_val(Field(r, 2));
  p.active = Bool_val(Field(r, 3));
  p.tags = strings_of(Field(r, 4));
  USED(&p);
  intnat sum = p.name.length + p.age + (intnat)p.score + p.active + total_length(&p.tags);
  free(p.name.data);
  free_strings(&p.tags);
  return sum;
}

intnat owned_variant_in(value v)
{
  struct {
    enum shape_kind kind;
    union {
      double radius;
      struct { double width, height; } rect;
      struct { string text; intnat size; } label;
      intnat code;
    } u;
  } s;
  if (Is_long(v)) {
    s.kind = POINT;
  } else {
    switch (Tag_val(v)) {
    case 0:
      s.kind = CIRCLE;
      s.u.radius = Double_val(Field(v, 0));
      break;
    case 1:
      s.kind = RECT;
      s.u.rect.width = Double_val(Field(v, 0));
      s.u.rect.height = Double_val(Field(v, 1));
      break;
    case 2:
      s.kind = LABEL;
      s.u.label.text = string_of(Field(v, 0));
      s.u.label.size = Long_val(Field(v, 1));
      break;
    default:
      s.kind = CODE;
      s.u.code = Long_val(Field(v, 0));
    }
  }
  USED(&s);
  switch (s.kind) {
  case POINT: return 1;
  case CIRCLE: return (intnat)s.u.radius;
  case RECT: return (intnat)(s.u.rect.width * s.u.rect.height);
  case LABEL: {
    intnat n = s.u.label.text.length + s.u.label.size;
    free(s.u.label.text.data);
    return n;
  }
  default: return s.u.code;
  }
}

/* ---- lists ---- */

intnat owned_int_list_in(value l)
{
  intnat *data = NULL;
  size_t length = 0, capacity = 0;
  for (; Is_block(l); l = Field(l, 1)) {
    if (length == capacity) data = grow(data, &capacity, sizeof *data);
    data[length++] = Long_val(Field(l, 0));
  }
  USED(data);
  intnat sum = 0;
  for (size_t i = 0; i < length; i++) sum += data[i];
  free(data);
  return sum;
}

intnat owned_string_list_in(value l)
{
  strings v = strings_of(l);
  USED(v.data);
  intnat sum = total_length(&v);
  free_strings(&v);
  return sum;
}

intnat owned_assoc_in(value l)
{
  typedef struct { string key; intnat number; } entry;
  entry *data = NULL;
  size_t length = 0, capacity = 0;
  for (; Is_block(l); l = Field(l, 1)) {
    value couple = Field(l, 0);
    if (length == capacity) data = grow(data, &capacity, sizeof *data);
    data[length].key = string_of(Field(couple, 0));
    data[length++].number = Long_val(Field(couple, 1));
  }
  USED(data);
  intnat sum = 0;
  for (size_t i = 0; i < length; i++) sum += data[i].key.length + data[i].number;
  for (size_t i = 0; i < length; i++) free(data[i].key.data);
  free(data);
  return sum;
}

/* ---- arrays ---- */

intnat owned_int_array_in(value a)
{
  mlsize_t n = Wosize_val(a);
  intnat *data = malloc(n * sizeof *data);
  for (mlsize_t i = 0; i < n; i++) data[i] = Long_val(((const value *)a)[i]);
  USED(data);
  intnat sum = 0;
  for (mlsize_t i = 0; i < n; i++) sum += data[i];
  free(data);
  return sum;
}

double owned_float_array_in(value a)
{
  mlsize_t n = Wosize_val(a) / Double_wosize, i;
  double *d = malloc(n * sizeof *d);
  memcpy(d, (const void *)a, n * sizeof *d);
  USED(d);
  double s0 = 0, s1 = 0, s2 = 0, s3 = 0;
  for (i = 0; i + 4 <= n; i += 4) {
    s0 += d[i];
    s1 += d[i + 1];
    s2 += d[i + 2];
    s3 += d[i + 3];
  }
  for (; i < n; i++) s0 += d[i];
  free(d);
  return (s0 + s1) + (s2 + s3);
}

/* ---- trees ---- */

/* A box for every subtree, leaves too, as Rust's `Box` makes them. */
static tree *tree_of(value t)
{
  tree *result = malloc(sizeof *result);
  if (Is_long(t)) {
    result->left = NULL;
  } else {
    result->left = tree_of(Field(t, 0));
    result->number = Long_val(Field(t, 1));
    result->right = tree_of(Field(t, 2));
  }
  return result;
}

static intnat sum_tree(const tree *t)
{
  return t->left == NULL ? 0 : sum_tree(t->left) + t->number + sum_tree(t->right);
}

static void free_tree(tree *t)
{
  if (t->left != NULL) {
    free_tree(t->left);
    free_tree(t->right);
  }
  free(t);
}

intnat owned_tree_in(value v)
{
  tree *t = tree_of(v);
  USED(t);
  intnat sum = sum_tree(t);
  free_tree(t);
  return sum;
}

/* ---- exceptions ---- */

/* The message is an owned text: of an error type that writes it. */
value owned_exn_from_native(intnat n)
{
  if (n == 0) return Val_unit;
  char *message = malloc(error_text.length);
  memcpy(message, error_text.data, error_text.length);
  USED(message);
  text t = { message, error_text.length };
  value exn = failure(t);
  free(message);
  caml_raise(exn);
}

value owned_exn_of_error(intnat n) { return owned_exn_from_native(n); }
