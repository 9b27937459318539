//! The guide's service with Basic authentication, run as the guide says and asked by real curl. Its port
//! is fixed (9091), so everything about it happens in one test.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::{fixture, taintc};

const PORT: u16 = 9091;

#[test]
fn basic_authentication_as_in_the_guide() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    for file in [
        "basic_auth_sample.bal",
        "sample-users.toml",
        "hashed-users.toml",
    ] {
        let from = fixture("guide/basic_auth").join(file);
        fs::copy(from, folder.path().join(file)).expect("a copy");
    }

    // The secret is asked for.
    let service = Service::start(folder.path(), "sample-users.toml", "ballerina\n");
    assert_eq!(ask(None), answer(401, "Authentication failure"));
    assert_eq!(
        ask(Some("admin:wrong")),
        answer(401, "Authentication failure")
    );
    assert_eq!(
        ask(Some("generalUser:password")),
        answer(403, "Authorization failure")
    );
    assert_eq!(ask(Some("admin:password")), answer(200, "Hello, World!"));
    let asked = service.stop();
    assert!(
        asked.contains("enter secret for config value decryption:"),
        "{asked}"
    );

    // The secret comes from the file beside the program, which is gone afterwards.
    let secret = folder.path().join("secret.txt");
    fs::write(&secret, "ballerina").expect("a file");
    let service = Service::start(folder.path(), "sample-users.toml", "");
    assert!(!secret.exists());
    assert_eq!(ask(Some("admin:password")), answer(200, "Hello, World!"));
    service.stop();

    // Hashed passwords need no secret; these users have no scope.
    let service = Service::start(folder.path(), "hashed-users.toml", "");
    for user in ["userA", "userB", "userC"] {
        let denied = answer(403, "Authorization failure");
        assert_eq!(ask(Some(&format!("{user}:xxx"))), denied, "{user}");
    }
    port_in_use(folder.path());
    service.stop();
}

/// A second one cannot have the port.
fn port_in_use(folder: &Path) {
    let mut second = command(folder, "hashed-users.toml");
    let ended = crate::common::run(&mut second);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert!(ended.stderr.contains(&PORT.to_string()), "{}", ended.stderr);
}

/// Status, content type and body.
fn answer(status: u16, body: &str) -> (String, String) {
    (format!("{status} text/plain"), body.to_owned())
}

fn ask(user: Option<&str>) -> (String, String) {
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--insecure", "--max-time", "20"])
        .args(["--write-out", "\n%{http_code} %{content_type}"])
        .arg(format!("https://localhost:{PORT}/hello"));
    if let Some(user) = user {
        curl.args(["--user", user]);
    }
    let output = curl.output().expect("curl runs");
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let (body, status) = text.rsplit_once('\n').unwrap_or(("", &text));
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (status.to_owned(), body.to_owned())
}

struct Service {
    child: Child,
    stderr: thread::JoinHandle<String>,
}

fn command(folder: &Path, users: &str) -> Command {
    let mut command = taintc();
    command
        .current_dir(folder)
        .env("XDG_DATA_HOME", folder.join("data"))
        .args(["run", "--config", users, "basic_auth_sample.bal"]);
    command
}

impl Service {
    fn start(folder: &Path, users: &str, input: &str) -> Self {
        let mut command = command(folder, users);
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the service starts");
        let mut stdin = child.stdin.take().expect("a pipe");
        // A program that needs no secret may have closed it.
        let _ = stdin.write_all(input.as_bytes());
        drop(stdin);
        let stderr = BufReader::new(child.stderr.take().expect("a pipe"));
        let stderr = thread::spawn(move || {
            let lines = stderr.lines().map_while(Result::ok);
            lines.map(|line| line + "\n").collect()
        });
        let mut service = Self { child, stderr };
        service.wait_for_port();
        service
    }

    fn wait_for_port(&mut self) {
        let start = Instant::now();
        while std::net::TcpStream::connect(("127.0.0.1", PORT)).is_err() {
            let ended = self
                .child
                .try_wait()
                .expect("the service can be waited for");
            assert!(ended.is_none(), "the service ended: {ended:?}");
            assert!(
                start.elapsed() < Duration::from_secs(60),
                "the service does not listen"
            );
            thread::sleep(Duration::from_millis(20));
        }
    }

    /// Stops the service as a person would, and gives what it wrote to stderr.
    fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        let killed = Command::new("kill").args(["-TERM", &pid]).status();
        assert!(killed.expect("kill runs").success());
        let ended = self.child.wait().expect("the service ends");
        let stderr = self.stderr.join().expect("stderr is read");
        assert_eq!(ended.code(), Some(0), "{stderr}");
        stderr
    }
}
