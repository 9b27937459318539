//! What a running program has from its surroundings: output, arguments, configuration, the folder
//! `b7a.home`, the threads for I/O and the signal to stop. Shared by everything that runs; made by
//! the command line, or by tests with an output of their own.

use std::io::{self, Write};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};

use tokio::sync::watch;

use crate::config::Registry;

/// Services of the process for a program.
pub struct Host {
    pub stdout: Output,
    pub stderr: Output,
    pub config: Registry,
    /// Arguments of the program.
    pub arguments: Vec<String>,
    /// The folder of the demo key stores, `b7a.home`.
    pub b7a_home: PathBuf,
    /// Where I/O runs; natives spawn on it.
    pub io: tokio::runtime::Handle,
    stop: watch::Sender<bool>,
}

impl Host {
    pub fn new(io: tokio::runtime::Handle, config: Registry) -> Self {
        Self {
            stdout: Output::new(Box::new(io::stdout())),
            stderr: Output::new(Box::new(io::stderr())),
            config,
            arguments: Vec::new(),
            b7a_home: PathBuf::new(),
            io,
            stop: watch::Sender::new(false),
        }
    }

    /// Turns true when the program is to stop: servers take no new requests from then on.
    pub fn stop_signal(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    pub(super) fn announce_stop(&self) {
        self.stop.send_replace(true);
    }
}

/// A stream that collects what is written and hands it on when the program rests or ends.
pub struct Output {
    writer: Mutex<Buffered>,
    broken: AtomicBool,
}

struct Buffered {
    buffer: Vec<u8>,
    target: Box<dyn Write + Send>,
}

/// Bytes after which the buffer is handed on at once.
const BUFFER: usize = 32 << 10;

impl Output {
    pub fn new(target: Box<dyn Write + Send>) -> Self {
        Self {
            writer: Mutex::new(Buffered {
                buffer: Vec::new(),
                target,
            }),
            broken: AtomicBool::new(false),
        }
    }

    /// Writes `text`. Where nobody reads any more it is dropped and the program ends soon.
    pub fn write(&self, text: &[u8]) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        writer.buffer.extend_from_slice(text);
        if writer.buffer.len() >= BUFFER {
            self.hand_on(&mut writer);
        }
    }

    pub fn flush(&self) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if !writer.buffer.is_empty() {
            self.hand_on(&mut writer);
        }
    }

    /// Whether nobody reads the stream any more.
    pub fn is_broken(&self) -> bool {
        self.broken.load(Ordering::Relaxed)
    }

    fn hand_on(&self, writer: &mut Buffered) {
        let Buffered { buffer, target } = writer;
        let written = target.write_all(buffer).and_then(|()| target.flush());
        if written.is_err() {
            self.broken.store(true, Ordering::Relaxed);
        }
        buffer.clear();
    }
}
