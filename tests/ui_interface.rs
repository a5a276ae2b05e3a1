//! What the compiler says of mistakes in what makes the interface.

#[test]
fn mistakes_with_the_interface_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/interface/*.rs");
}
