//! Resumable TLS sessions that are forgotten after a time (`sessionTimeoutInSeconds`).

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, Instant};

use rustls::server::{ServerSessionMemoryCache, StoresServerSessions};

/// Sessions that a listener remembers, as many as rustls does by default.
const CAPACITY: usize = 256;
const STAMP: usize = 8;

/// Stored sessions, each behind the time at which it was stored.
pub struct TimedSessions {
    sessions: Arc<ServerSessionMemoryCache>,
    time: Duration,
    start: Instant,
}

impl TimedSessions {
    pub fn new(time: Duration) -> Arc<Self> {
        Arc::new(Self {
            sessions: ServerSessionMemoryCache::new(CAPACITY),
            time,
            start: Instant::now(),
        })
    }

    fn now(&self) -> u64 {
        u64::try_from(self.start.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// The session itself, when it is young enough.
    fn fresh(&self, stamped: &[u8]) -> Option<Vec<u8>> {
        let (stamp, session) = stamped.split_first_chunk::<STAMP>()?;
        let age = self.now().saturating_sub(u64::from_be_bytes(*stamp));
        (Duration::from_millis(age) < self.time).then(|| session.to_vec())
    }
}

impl fmt::Debug for TimedSessions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TimedSessions").finish_non_exhaustive()
    }
}

impl StoresServerSessions for TimedSessions {
    fn put(&self, key: Vec<u8>, value: Vec<u8>) -> bool {
        let mut stamped = self.now().to_be_bytes().to_vec();
        stamped.extend(value);
        self.sessions.put(key, stamped)
    }

    fn get(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.fresh(&self.sessions.get(key)?)
    }

    fn take(&self, key: &[u8]) -> Option<Vec<u8>> {
        self.fresh(&self.sessions.take(key)?)
    }

    fn can_cache(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rustls::server::StoresServerSessions;

    use super::TimedSessions;

    #[test]
    fn old_sessions_are_forgotten() {
        let long = TimedSessions::new(Duration::from_secs(60));
        assert!(long.put(b"k".to_vec(), b"v".to_vec()));
        assert_eq!(long.get(b"k").as_deref(), Some(&b"v"[..]));
        assert_eq!(long.take(b"k").as_deref(), Some(&b"v"[..]));
        assert_eq!(long.take(b"k"), None);
        let none = TimedSessions::new(Duration::ZERO);
        none.put(b"k".to_vec(), b"v".to_vec());
        assert_eq!(none.get(b"k"), None);
    }
}
