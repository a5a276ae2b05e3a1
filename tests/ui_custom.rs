//! What the compiler says of mistakes with custom types, and of what would be unsound.

#[test]
fn mistakes_with_custom_types_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/custom/*.rs");
}
