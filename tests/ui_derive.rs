//! Mistakes with the derive macros, and what the compiler says of them.

#[test]
fn mistakes_with_derives_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/derive/*.rs");
}

/// Seen only when the types of a generic one are known: by a build, which the program that compiles
/// asks for.
#[test]
fn mistakes_with_type_parameters_are_explained() {
    let tests = trybuild::TestCases::new();
    tests.pass("tests/ui/build/bytes_beside_a_parameter.rs");
    tests.compile_fail("tests/ui/build/bytes_of_a_parameter.rs");
    tests.compile_fail("tests/ui/build/custom_of_a_reference.rs");
}
