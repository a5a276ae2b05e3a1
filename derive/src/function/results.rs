//! How a stub makes a value of the function's result.

use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;

use super::arguments::{Meanwhile, argument_name, passed};
use super::options::{Errors, Options};
use super::signature::{Output, Signature};
use super::types::adapter_type;

/// Calls the function and makes a value, or an exception, of its result.
pub fn finish(
    signature: &Signature,
    options: &Options,
    call: &TokenStream,
    meanwhile: Meanwhile,
    bactrian: &TokenStream,
) -> TokenStream {
    let hidden = quote!(#bactrian::hidden);
    let how = match &options.result_as {
        None => quote!(#hidden::Plain),
        Some(path) => {
            let adapter = adapter_type(path);
            quote!(#hidden::By::<#adapter>(::core::marker::PhantomData))
        }
    };
    let traits = match options.errors {
        Errors::ByType => {
            quote!(
                FinishError,
                FinishNothing,
                FinishOwnError,
                FinishRaised,
                FinishSendError,
                FinishValue
            )
        }
        Errors::Exception => {
            quote!(
                FinishError,
                FinishOwnError,
                FinishRaised,
                FinishSendError,
                FinishText
            )
        }
        Errors::Result => quote!(FinishNothing, FinishValue),
        Errors::Both => unreachable!("made as two functions"),
    };
    let (ty, borrows) = match &signature.output {
        Output::Unit => {
            return quote! {
                let () = #call;
                ::core::result::Result::Ok(#hidden::Finish {
                    raw: #hidden::sys::UNIT,
                    allocated: false,
                })
            };
        }
        Output::Unboxed(ty) => (ty, false),
        Output::Value { ty, borrows } => (ty, *borrows),
    };
    let at = Span::call_site().located_at(ty.span());
    let borrows = borrows || signature.borrowed > 0;
    // A borrow must have ended when the collector runs, unless the result needs it: then it does not.
    let lent = passed(signature).into_iter();
    let lent = lent.filter(|(_, parameter)| parameter.kind.is_lent());
    let lent = lent.map(|(raw, _)| argument_name(&raw));
    if borrows {
        // The result may keep the token borrowed. Making it needs one that cannot collect.
        let settled = meanwhile
            .collects
            .then(|| quote_spanned!(at=> #hidden::settled(&__result);));
        quote_spanned! {at=>
            #[allow(unused_imports)]
            use #hidden::{#traits};
            let __result = #call;
            #settled
            let mut __last = unsafe { #bactrian::Runtime::assume_held() };
            let __how = #hidden::returned(&__result, #how);
            (&&&&&&__how).finish::<false>(__result, &mut __last)
        }
    } else {
        quote_spanned! {at=>
            #[allow(unused_imports)]
            use #hidden::{#traits};
            let __result = #call;
            #(#hidden::end(#lent);)*
            let __how = #hidden::returned(&__result, #how);
            (&&&&&&__how).finish::<true>(__result, __rt)
        }
    }
}
