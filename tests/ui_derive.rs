//! Mistakes with the derive macros, and what the compiler says of them.

#[test]
fn mistakes_with_derives_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/derive/*.rs");
}
