//! The interface of natives: the Rust side of `external` functions. Input → output: a native gets
//! the isolate and its arguments and answers with an [`Outcome`].
//!
//! - Arguments are those of the call, in order; a missing one with a default is never seen (the
//!   lowering fills it), a rest parameter is one list. `V::ABSENT` stands for nothing given only
//!   where the stub declares no default.
//! - A native must not block: waiting is [`Outcome::Await`], a call of language code that may wait
//!   is [`Outcome::Call`], blocking work goes to the host's `spawn_blocking` inside an `Await`.
//! - Which values a native may hold for how long: see `runtime::heap`.
//! - A Rust panic inside a native ends the strand with an internal error, nothing else.

use std::future::Future;

use futures_util::future::BoxFuture;

use super::thrown::Thrown;
use super::value::V;

pub use super::isolate::Isolate as Ctx;

/// The Rust side of an `external` function.
pub type Native = fn(&mut Ctx, &[V]) -> Outcome;

/// Finds the native of a key like `"ballerina/io:println"` or `"ballerina/http:Client.get"`.
pub type Natives = fn(&str) -> Option<Native>;

/// What becomes of a native call.
pub enum Outcome {
    /// The result.
    Done(V),
    /// `panic` with this error value.
    Panic(V),
    /// The strand waits for something outside of the isolate.
    Await(Await),
    /// The strand runs a function of the language and hands its result on. A panic of that
    /// function passes through the native.
    Call(Call),
}

/// Goes on after something outside is done; runs on the isolate.
pub type Resume = Box<dyn FnOnce(&mut Ctx) -> Outcome + Send>;

/// Goes on after a call; gets the result.
pub type Then = Box<dyn FnOnce(&mut Ctx, V) -> Outcome>;

/// See [`Outcome::Await`].
pub struct Await {
    pub future: BoxFuture<'static, Resume>,
    /// Values that the continuation uses, besides the native's arguments.
    pub keep: Vec<V>,
}

/// See [`Outcome::Call`].
pub struct Call {
    /// A function value, or an object's method as [`Ctx::method`] gives it.
    pub function: V,
    pub args: Vec<V>,
    /// Values that the continuation uses, besides the native's arguments.
    pub keep: Vec<V>,
    pub then: Then,
}

impl Outcome {
    /// Nil as the result.
    pub const NIL: Self = Self::Done(V::NIL);

    /// Runs `future` on the I/O threads and then `then` on the isolate, with its result.
    pub fn wait<T: Send + 'static>(
        future: impl Future<Output = T> + Send + 'static,
        then: impl FnOnce(&mut Ctx, T) -> Self + Send + 'static,
    ) -> Self {
        Self::wait_keeping(Vec::new(), future, then)
    }

    /// The same; `keep` lists the values that `then` uses, besides the native's arguments.
    pub fn wait_keeping<T: Send + 'static>(
        keep: Vec<V>,
        future: impl Future<Output = T> + Send + 'static,
        then: impl FnOnce(&mut Ctx, T) -> Self + Send + 'static,
    ) -> Self {
        let future = Box::pin(async move {
            let result = future.await;
            let resume: Resume = Box::new(move |cx| then(cx, result));
            resume
        });
        Self::Await(Await { future, keep })
    }

    /// Calls `function` and then `then` with its result.
    pub fn call(
        function: V,
        args: Vec<V>,
        then: impl FnOnce(&mut Ctx, V) -> Self + 'static,
    ) -> Self {
        Self::call_keeping(Vec::new(), function, args, then)
    }

    /// The same; `keep` lists the values that `then` uses, besides the native's arguments.
    pub fn call_keeping(
        keep: Vec<V>,
        function: V,
        args: Vec<V>,
        then: impl FnOnce(&mut Ctx, V) -> Self + 'static,
    ) -> Self {
        Self::Call(Call {
            function,
            args,
            keep,
            then: Box::new(then),
        })
    }
}

impl From<Result<V, Thrown>> for Outcome {
    fn from(result: Result<V, Thrown>) -> Self {
        match result {
            Ok(value) => Self::Done(value),
            Err(Thrown(error)) => Self::Panic(error),
        }
    }
}

impl From<Result<(), Thrown>> for Outcome {
    fn from(result: Result<(), Thrown>) -> Self {
        Self::from(result.map(|()| V::NIL))
    }
}
