//! Services asked by real curl. Each program in `fixtures/serve/` ends with lines of requests and answers:
//!
//! ```text
//! //> -d | name=x | /path        arguments of curl, the path last
//! //= x-one: 1                   a header of the answer
//! //< 200 text/plain | body      status, media type (`-`: none) and body
//! ```
//!
//! The program listens on `config:getAsInt("port")` (and `tls_port`). Programs in `fixtures/serve/refused/`
//! must not get as far as opening a port: `// stderr: TEXT` says what they print.

use std::fs;
use std::io::Read;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::common::{fixture, run, taintc};

#[test]
fn services_answer() {
    let programs = programs("serve");
    assert!(!programs.is_empty());
    let mut wrong = Vec::new();
    for program in programs {
        let text = fs::read_to_string(&program).expect("a readable program");
        let service = Service::start(&program);
        let asked = exchanges(&text);
        assert!(!asked.is_empty(), "{}", program.display());
        for exchange in asked {
            let found = service.ask(&exchange);
            if found != exchange.answer {
                let (request, answer) = (&exchange.request, &exchange.answer);
                let name = program.display();
                wrong.push(format!(
                    "{name}: {request:?}\n  expected {answer}\n  found    {found}"
                ));
            }
        }
        let log = service.stop();
        if log.contains("internal error") && !text.contains("// faults") {
            wrong.push(format!("{}: {log}", program.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn wrong_settings_open_no_port() {
    let programs = programs("serve/refused");
    assert!(!programs.is_empty());
    for program in programs {
        let text = fs::read_to_string(&program).expect("a readable program");
        let expected = text
            .lines()
            .filter_map(|line| line.strip_prefix("// stderr: "));
        let ports = Ports::free();
        let ended = run(&mut ports.command(&program));
        let name = program.display();
        assert_eq!(ended.code, 1, "{name}: {}", ended.stderr);
        for expected in expected {
            assert!(ended.stderr.contains(expected), "{name}: {}", ended.stderr);
        }
        assert!(!ended.stderr.contains("hunter2"), "{name} shows a password");
    }
}

fn programs(folder: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(fixture(folder)).expect("a readable folder");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let mut programs: Vec<_> = paths
        .filter(|path| path.extension().is_some_and(|extension| extension == "bal"))
        .collect();
    programs.sort();
    programs
}

/// A request, and what is expected.
struct Exchange {
    request: Vec<String>,
    headers: Vec<String>,
    answer: String,
}

fn exchanges(text: &str) -> Vec<Exchange> {
    let mut found = Vec::new();
    let mut request = Vec::new();
    let mut headers: Vec<(String, String)> = Vec::new();
    for line in text.lines() {
        if let Some(arguments) = line.strip_prefix("//> ") {
            request = arguments
                .split(" | ")
                .map(|word| word.trim().to_owned())
                .collect();
        } else if let Some(header) = line.strip_prefix("//= ") {
            let (name, value) = header.split_once(':').expect("a header");
            headers.push((name.trim().to_owned(), value.trim().to_owned()));
        } else if let Some(answer) = line.strip_prefix("//< ") {
            let values: String = headers
                .iter()
                .map(|(_, value)| format!(" [{value}]"))
                .collect();
            let answer = match answer.split_once(" | ") {
                Some((status, body)) => format!("{status}{values} | {body}"),
                None => format!("{answer}{values} | "),
            };
            found.push(Exchange {
                request: std::mem::take(&mut request),
                headers: headers.drain(..).map(|(name, _)| name).collect(),
                answer,
            });
        }
    }
    found
}

/// Ports that were free a moment ago.
struct Ports {
    plain: u16,
    tls: u16,
}

impl Ports {
    fn free() -> Self {
        let bind = || TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = |listener: &TcpListener| listener.local_addr().expect("an address").port();
        // Both at once, so that they differ.
        let (one, other) = (bind(), bind());
        Self {
            plain: port(&one),
            tls: port(&other),
        }
    }

    fn command(&self, program: &Path) -> Command {
        let mut command = taintc();
        command
            .arg("run")
            .arg(program)
            .arg(format!("--port={}", self.plain))
            .arg(format!("--tls_port={}", self.tls))
            .arg(format!("--b7a.home={}", fixture("home").display()))
            .args([
                "--b7a.users.admin.password=password",
                "--b7a.users.admin.scopes=hello,other",
            ])
            .args([
                "--b7a.users.guest.password=guest:word",
                "--b7a.users.dotted.x.password=y",
            ]);
        command
    }
}

struct Service {
    child: Child,
    ports: Ports,
    log: thread::JoinHandle<String>,
}

impl Service {
    fn start(program: &Path) -> Self {
        let ports = Ports::free();
        let mut command = ports.command(program);
        let command = command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped());
        let mut child = command.spawn().expect("the service starts");
        let mut stderr = child.stderr.take().expect("a pipe");
        let log = thread::spawn(move || {
            let mut bytes = Vec::new();
            stderr.read_to_end(&mut bytes).expect("a readable pipe");
            String::from_utf8_lossy(&bytes).into_owned()
        });
        let start = Instant::now();
        let mut service = Self { child, ports, log };
        while TcpStream::connect(("127.0.0.1", service.ports.plain)).is_err() {
            let ended = service
                .child
                .try_wait()
                .expect("the service can be waited for");
            if ended.is_some() || start.elapsed() > Duration::from_secs(60) {
                let log = service.stop();
                panic!("{} does not serve ({ended:?}): {log}", program.display());
            }
            thread::sleep(Duration::from_millis(20));
        }
        service
    }

    fn ask(&self, exchange: &Exchange) -> String {
        let (path, arguments) = exchange.request.split_last().expect("a path");
        let (scheme, port) = match arguments.iter().any(|argument| argument == "--insecure") {
            true => ("https", self.ports.tls),
            false => ("http", self.ports.plain),
        };
        let headers: String = exchange
            .headers
            .iter()
            .map(|name| format!(" [%header{{{name}}}]"))
            .collect();
        let mut curl = Command::new("curl");
        curl.args([
            "--silent",
            "--show-error",
            "--max-time",
            "20",
            "--path-as-is",
        ])
        .arg("--write-out")
        .arg(format!("\n%{{http_code}} %{{content_type}}{headers}"))
        .args(arguments)
        .arg(format!("{scheme}://localhost:{port}{path}"));
        let output = curl.output().expect("curl runs");
        if !output.status.success() {
            return String::from_utf8_lossy(&output.stderr).into_owned();
        }
        let text = String::from_utf8_lossy(&output.stdout);
        let (body, status) = text.rsplit_once('\n').unwrap_or(("", &text));
        let status = match status.split_once(' ') {
            Some((code, "")) => format!("{code} -"),
            Some((code, rest)) if rest.starts_with(" [") => format!("{code} -{rest}"),
            _ => status.to_owned(),
        };
        format!("{status} | {body}")
    }

    /// Stops the service as a person would; what it logged.
    fn stop(mut self) -> String {
        let pid = self.child.id().to_string();
        // It may have ended by itself.
        let _ = Command::new("kill")
            .args(["-TERM", &pid])
            .stderr(Stdio::null())
            .status();
        let ended = self.child.wait().expect("the service ends");
        let log = self.log.join().expect("stderr is read");
        assert_eq!(ended.code(), Some(0), "{log}");
        log
    }
}
