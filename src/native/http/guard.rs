//! Stands between a connection and the HTTP/1 parser: hands requests over one head and one body at a time,
//! after the strict check of [`super::head`], and ends connections that are too slow.
//!
//! A head that is refused never reaches the parser. In its place goes an empty request, and its number
//! and refusal are noted in [`Refusals`]; the service answers that request with the refusal. Whatever
//! comes behind it is not read. Bodies pass unchanged; their framing is followed only to know where
//! the next head begins.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Buf, BytesMut};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};

use super::chunks::{Chunks, Progress};
use super::head::{self, Framing, HeadLimits, Refusal};

/// How long a head may take from its first byte on, whatever its pace.
const HEAD_TIME: Duration = Duration::from_secs(30);
/// What the head limits leave out: method, version, blanks and line ends.
const REQUEST_LINE_REST: usize = 256;
const READ_SIZE: usize = 16 * 1024;
/// How long, and for how many bytes, a refused client is listened to after the answer.
const LINGER_TIME: Duration = Duration::from_secs(1);
const LINGER_BYTES: usize = 256 * 1024;
/// What the parser gets in place of a refused head.
const PLACEHOLDER: &[u8] = b"GET / HTTP/1.1\r\nhost: -\r\n\r\n";

/// The refusal of a connection, if there was one, with the number of its request. Shared with the
/// service of the connection.
#[derive(Clone, Default, Debug)]
pub struct Refusals(Arc<Mutex<Option<(u64, Refusal)>>>);

impl Refusals {
    /// Why the `number`-th request of the connection (from 1) is refused.
    pub fn of(&self, number: u64) -> Option<Refusal> {
        let noted = *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        noted
            .filter(|(at, _)| *at == number)
            .map(|(_, refusal)| refusal)
    }

    fn note(&self, number: u64, refusal: Refusal) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((number, refusal));
    }
}

/// A connection whose requests are checked before they are parsed.
pub struct Guard<S> {
    io: S,
    limits: HeadLimits,
    refusals: Refusals,
    /// Heads handed over, refused ones included.
    heads: u64,
    buffer: BytesMut,
    /// Bytes at the front of the buffer that may be handed over.
    passed: usize,
    state: State,
    idle_time: Duration,
    last_progress: Instant,
    timer: Pin<Box<Sleep>>,
    is_shut: bool,
    linger: Pin<Box<Sleep>>,
    lingered: usize,
}

enum State {
    /// Reading a head; `scanned` bytes of the buffer hold no end of it.
    Head {
        scanned: usize,
        started: Option<Instant>,
    },
    Length(u64),
    Chunked(Chunks),
    /// Everything passes: HTTP/2 has framing of its own.
    Through,
    /// A request was refused: nothing more is read; the parser closes the connection after its answer.
    Refused,
    /// To the parser the connection is at its end: it is, or the framing of a body is broken.
    Closed,
}

const START: State = State::Head {
    scanned: 0,
    started: None,
};

impl<S> Guard<S> {
    pub fn new(io: S, limits: HeadLimits, idle_time: Duration, refusals: Refusals) -> Self {
        let now = Instant::now();
        Self {
            io,
            limits,
            refusals,
            heads: 0,
            buffer: BytesMut::new(),
            passed: 0,
            state: START,
            idle_time,
            last_progress: now,
            timer: Box::pin(sleep_until(now + idle_time)),
            is_shut: false,
            linger: Box::pin(sleep_until(now)),
            lingered: 0,
        }
    }

    /// A connection whose time alone is watched.
    pub fn for_http_2(io: S, idle_time: Duration) -> Self {
        let limits = HeadLimits {
            uri: 0,
            headers: 0,
            body: None,
        };
        Self {
            state: State::Through,
            ..Self::new(io, limits, idle_time, Refusals::default())
        }
    }

    /// Moves on as far as the buffer allows. True: there is something to hand over, or the end.
    fn advance(&mut self) -> bool {
        loop {
            if self.passed > 0 {
                return true;
            }
            match &mut self.state {
                State::Closed => return true,
                State::Refused => return false,
                State::Through => {
                    self.passed = self.buffer.len();
                    return self.passed > 0;
                }
                State::Head { .. } => {
                    if !self.advance_head() {
                        return false;
                    }
                }
                State::Length(0) => self.state = START,
                State::Length(left) => {
                    if self.buffer.is_empty() {
                        return false;
                    }
                    let available = u64::try_from(self.buffer.len()).unwrap_or(u64::MAX);
                    let taken = available.min(*left);
                    *left -= taken;
                    self.passed = usize::try_from(taken).unwrap_or(usize::MAX);
                }
                State::Chunked(chunks) => {
                    if self.buffer.is_empty() {
                        return false;
                    }
                    let (taken, progress) = chunks.follow(&self.buffer);
                    self.passed = taken;
                    match progress {
                        Progress::More => {}
                        Progress::End => self.state = START,
                        Progress::Broken => self.state = State::Closed,
                    }
                }
            }
        }
    }

    /// Looks for the end of a head. False: more bytes are needed.
    fn advance_head(&mut self) -> bool {
        let State::Head { scanned, started } = &mut self.state else {
            return true;
        };
        // An empty line before a request is an old client's habit after a body.
        while *scanned == 0 && self.buffer.starts_with(b"\r\n") {
            self.buffer.advance(2);
        }
        if !self.buffer.is_empty() {
            started.get_or_insert_with(Instant::now);
        }
        let end = match head_end(&self.buffer, scanned) {
            Ok(Some(end)) => end,
            Ok(None) if self.buffer.len() <= max_head(self.limits) => return false,
            Ok(None) => {
                let line_ended = self.buffer.contains(&b'\n');
                self.refuse(match line_ended {
                    true => Refusal::HEADERS_TOO_LARGE,
                    false => Refusal::URI_TOO_LONG,
                });
                return true;
            }
            Err(refusal) => {
                self.refuse(refusal);
                return true;
            }
        };
        match head::check(&self.buffer[..end], self.limits) {
            Ok(framing) => {
                self.heads += 1;
                self.passed = end;
                self.state = match framing {
                    Framing::Length(length) => State::Length(length),
                    Framing::Chunked => State::Chunked(Chunks::default()),
                };
            }
            Err(refusal) => self.refuse(refusal),
        }
        true
    }

    fn refuse(&mut self, refusal: Refusal) {
        self.heads += 1;
        self.refusals.note(self.heads, refusal);
        self.buffer = BytesMut::from(PLACEHOLDER);
        self.passed = self.buffer.len();
        self.state = State::Refused;
    }

    /// Ready when the connection has been too slow: too long silent, or too long at one head.
    fn poll_time(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            let mut deadline = self.last_progress + self.idle_time;
            if let State::Head {
                started: Some(started),
                ..
            } = self.state
            {
                deadline = deadline.min(started + HEAD_TIME);
            }
            if self.timer.deadline() != deadline {
                self.timer.as_mut().reset(deadline);
            }
            ready!(self.timer.as_mut().poll(cx));
            if Instant::now() >= deadline {
                return Poll::Ready(());
            }
        }
    }

    /// What becomes of a connection that was too slow.
    fn time_is_up(&mut self) {
        match self.state {
            State::Head {
                started: Some(_), ..
            } => self.refuse(Refusal::TIMEOUT),
            _ => {
                self.state = State::Closed;
                self.buffer.clear();
            }
        }
    }
}

fn max_head(limits: HeadLimits) -> usize {
    limits
        .uri
        .saturating_add(limits.headers)
        .saturating_add(REQUEST_LINE_REST)
}

/// The end of the head at the front of `bytes`, if it is there. A line end without its CR, or a CR
/// without its line end, is an error as soon as it is seen.
fn head_end(bytes: &[u8], scanned: &mut usize) -> Result<Option<usize>, Refusal> {
    while let Some(&byte) = bytes.get(*scanned) {
        let before = bytes[..*scanned].last();
        let is_ended = before == Some(&b'\r');
        if (byte == b'\n') != is_ended {
            return Err(Refusal::MALFORMED);
        }
        *scanned += 1;
        if byte == b'\n' && bytes[..*scanned].ends_with(b"\r\n\r\n") {
            return Ok(Some(*scanned));
        }
    }
    Ok(None)
}

impl<S: AsyncRead + Unpin> AsyncRead for Guard<S> {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        loop {
            if this.advance() {
                let taken = this.passed.min(out.remaining()).min(this.buffer.len());
                out.put_slice(&this.buffer[..taken]);
                this.buffer.advance(taken);
                this.passed -= taken;
                return Poll::Ready(Ok(()));
            }
            if matches!(this.state, State::Refused) {
                ready!(this.poll_time(cx));
                this.time_is_up();
                continue;
            }
            let before = this.buffer.len();
            this.buffer.resize(before + READ_SIZE, 0);
            let mut space = ReadBuf::new(&mut this.buffer[before..]);
            let read = Pin::new(&mut this.io).poll_read(cx, &mut space);
            let n = space.filled().len();
            this.buffer.truncate(before + n);
            match read {
                Poll::Pending => {
                    ready!(this.poll_time(cx));
                    this.time_is_up();
                }
                Poll::Ready(Err(error)) => return Poll::Ready(Err(error)),
                // An unfinished head at the end of the connection is nothing to answer.
                Poll::Ready(Ok(())) if n == 0 => {
                    this.state = State::Closed;
                    this.buffer.clear();
                }
                Poll::Ready(Ok(())) => this.last_progress = Instant::now(),
            }
        }
    }
}

impl<S: AsyncRead + Unpin> Guard<S> {
    /// Takes in, for a while, what the client still sends: closing a connection with unread bytes resets
    /// it, and the client might never see the refusal.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut space = [0; 4096];
        while self.lingered < LINGER_BYTES {
            if self.linger.as_mut().poll(cx).is_ready() {
                break;
            }
            let mut space = ReadBuf::new(&mut space);
            let read = ready!(Pin::new(&mut self.io).poll_read(cx, &mut space));
            if read.is_err() || space.filled().is_empty() {
                break;
            }
            self.lingered += space.filled().len();
        }
        Poll::Ready(())
    }
}

impl<S: AsyncWrite + Unpin> Guard<S> {
    fn written<T>(
        &mut self,
        cx: &mut Context<'_>,
        result: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        match result {
            Poll::Ready(result) => {
                self.last_progress = Instant::now();
                Poll::Ready(result)
            }
            Poll::Pending => {
                ready!(self.poll_time(cx));
                Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
            }
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Guard<S> {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.io).poll_write(cx, bytes);
        this.written(cx, result)
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.io).poll_write_vectored(cx, slices);
        this.written(cx, result)
    }

    fn is_write_vectored(&self) -> bool {
        self.io.is_write_vectored()
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        let result = Pin::new(&mut this.io).poll_flush(cx);
        this.written(cx, result)
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let this = self.get_mut();
        if !this.is_shut {
            let result = Pin::new(&mut this.io).poll_shutdown(cx);
            ready!(this.written(cx, result))?;
            this.is_shut = true;
            this.linger.as_mut().reset(Instant::now() + LINGER_TIME);
        }
        match this.state {
            State::Refused => this.poll_linger(cx).map(Ok),
            _ => Poll::Ready(Ok(())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

    use super::super::head::HeadLimits;
    use super::{Guard, PLACEHOLDER, Refusals};

    const LIMITS: HeadLimits = HeadLimits {
        uri: 100,
        headers: 1_000,
        body: None,
    };

    /// What the parser gets of `input`, and the status of the refusal of request `number`.
    async fn passed(input: &str, number: u64) -> (String, Option<u16>) {
        let (mut client, server) = duplex(64);
        let refusals = Refusals::default();
        let idle = Duration::from_millis(100);
        let mut guard = Guard::new(server, LIMITS, idle, refusals.clone());
        let input = input.to_owned();
        let writer = tokio::spawn(async move {
            let _ = client.write_all(input.as_bytes()).await;
            client
        });
        let mut text = Vec::new();
        guard.read_to_end(&mut text).await.expect("readable");
        drop(guard);
        writer.await.expect("written");
        let status = refusals.of(number).map(|refusal| refusal.status);
        (String::from_utf8_lossy(&text).into_owned(), status)
    }

    #[tokio::test]
    async fn good_requests_pass_unchanged() {
        let input = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc\
             POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\nab\r\n0\r\nt: 1\r\n\r\n\
             GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        assert_eq!(passed(input, 1).await, (input.to_owned(), None));
    }

    #[tokio::test]
    async fn nothing_behind_a_refused_request_is_read() {
        let good = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";
        let placeholder = String::from_utf8_lossy(PLACEHOLDER);
        for bad in [
            "GET / HTTP/1.1\nHost: a\n\n",
            "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        ] {
            let input = format!("{good}{bad}{good}");
            let expected = format!("{good}{placeholder}");
            assert_eq!(passed(&input, 2).await, (expected, Some(400)), "{bad:?}");
        }
        let long = format!("GET /{}", "x".repeat(2_000));
        assert_eq!(passed(&long, 1).await.1, Some(414));
    }

    #[tokio::test]
    async fn a_broken_chunk_ends_the_connection() {
        let head = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
        let input = format!("{head}2\nab\r\n0\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
        let (text, refused) = passed(&input, 2).await;
        assert!(text.len() < head.len() + 3, "{text:?}");
        assert_eq!(refused, None);
    }

    #[tokio::test]
    async fn a_slow_head_times_out() {
        let (_, refused) = passed("GET / HT", 1).await;
        assert_eq!(refused, Some(408));
    }
}
