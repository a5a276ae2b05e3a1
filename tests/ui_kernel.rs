//! Programs that must not compile, with what the compiler says: unsoundness prevented
//! (`ui/soundness`, each named after it), and mistakes with `#[func]` (`ui/func`).

#[test]
fn unsound_programs_do_not_compile() {
    trybuild::TestCases::new().compile_fail("tests/ui/soundness/*.rs");
}

#[test]
fn mistakes_with_functions_are_explained() {
    trybuild::TestCases::new().compile_fail("tests/ui/func/*.rs");
}
