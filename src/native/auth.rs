//! Natives of `ballerina/auth`: users of the configuration, and comparisons that tell nothing by the time
//! that they take.

use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use zeroize::Zeroizing;

use super::record::tuple;
use crate::bytecode::typedesc::TypeId;
use crate::config::Key;
use crate::runtime::native::{Ctx, Native, Outcome};
use crate::runtime::value::V;

pub const NATIVES: &[(&str, Native)] = &[
    ("storedPassword", stored_password),
    ("storedScopes", stored_scopes),
    ("equalsInConstantTime", equals_in_constant_time),
];

const AUTH_ERROR: &str = "{ballerina/auth}Error";
const PASSWORD: &str = "password";

fn text(cx: &Ctx, args: &[V], index: usize) -> String {
    let text = args.get(index).and_then(|&v| cx.heap.to_str(v));
    text.unwrap_or_default().to_owned()
}

/// The key of an entry of one user: the name is one segment, whatever dots it holds.
fn user_key(table: &Key, user: &str, leaf: &str) -> Key {
    let table = table.segments().iter().map(String::as_str);
    Key::of(table.chain([user, leaf]))
}

/// The password of a user and true; for an unknown user another one's and false, so that both take as
/// long to check.
fn stored_password(cx: &mut Ctx, args: &[V]) -> Outcome {
    let table = Key::parse(&text(cx, args, 0));
    let user = text(cx, args, 1);
    let config = &cx.host.config;
    let own = config.exact_text(&user_key(&table, &user, PASSWORD));
    let found = match own {
        Ok(Some(password)) => Ok((password, true)),
        Ok(None) => config.any_text_below(&table, PASSWORD).map(|other| {
            (
                other.unwrap_or_else(|| Zeroizing::new(String::new())),
                false,
            )
        }),
        Err(error) => Err(error),
    };
    match found {
        Ok((password, is_known)) => {
            let password = cx.heap.new_string(&password);
            let members = [
                (TypeId::STRING, password),
                (TypeId::BOOLEAN, V::boolean(is_known)),
            ];
            Outcome::Done(tuple(cx, &members))
        }
        Err(error) => cx.panic(AUTH_ERROR, &error.to_string()),
    }
}

fn stored_scopes(cx: &mut Ctx, args: &[V]) -> Outcome {
    let table = Key::parse(&text(cx, args, 0));
    let key = user_key(&table, &text(cx, args, 1), "scopes");
    match cx.host.config.exact_text(&key) {
        Ok(scopes) => {
            let scopes = scopes.unwrap_or_default();
            Outcome::Done(cx.heap.new_string(&scopes))
        }
        Err(error) => cx.panic(AUTH_ERROR, &error.to_string()),
    }
}

fn equals_in_constant_time(cx: &mut Ctx, args: &[V]) -> Outcome {
    let (one, other) = (
        Zeroizing::new(text(cx, args, 0)),
        Zeroizing::new(text(cx, args, 1)),
    );
    Outcome::Done(V::boolean(is_same(&one, &other)))
}

/// Digests are compared: texts of different length must not be told apart sooner than others.
fn is_same(one: &str, other: &str) -> bool {
    let digest = |text: &str| Sha256::digest(text.as_bytes());
    digest(one)
        .as_slice()
        .ct_eq(digest(other).as_slice())
        .into()
}

#[cfg(test)]
mod tests {
    use super::{is_same, user_key};
    use crate::config::Key;

    #[test]
    fn a_user_name_is_one_segment() {
        let table = Key::parse("b7a.users");
        let key = user_key(&table, "admin.x", "password");
        assert_eq!(key, Key::of(["b7a", "users", "admin.x", "password"]));
        assert_ne!(key, Key::parse("b7a.users.admin.x.password"));
    }

    #[test]
    fn only_equal_texts_are_equal() {
        assert!(is_same("", ""));
        assert!(is_same("pass", "pass"));
        assert!(!is_same("pass", "pass "));
        assert!(!is_same("", "pass"));
    }
}
