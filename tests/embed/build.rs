//! With the runtime that checks the heap when `BACTRIAN_EMBED_VARIANT` is `d`.

fn main() -> std::process::ExitCode {
    println!("cargo::rerun-if-env-changed=BACTRIAN_EMBED_VARIANT");
    let mut embed = bactrian_build::Embed::new("ocaml").package("str");
    if let Ok(variant) = std::env::var("BACTRIAN_EMBED_VARIANT") {
        embed = embed.runtime_variant(&variant);
    }
    embed.main()
}
