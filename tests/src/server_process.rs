//! The real server binary in a process of its own: started on a free port, killed, started again.
//!
//! *Not* responsible for: talking to it (see `client`).

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{RecvTimeoutError, sync_channel};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail};
use tempfile::TempDir;

use crate::binary;

/// How long a start may take; a debug build on a busy machine bakes slowly.
const START_WITHIN: Duration = Duration::from_mins(2);
/// How long going down may take.
const STOP_WITHIN: Duration = Duration::from_secs(30);

/// A server and its data folder. Dropping it kills the process and removes the folder.
pub struct ServerProcess {
    child: Child,
    address: SocketAddr,
    project: PathBuf,
    arguments: Vec<String>,
    folder: TempDir,
}

impl ServerProcess {
    /// Starts a server on a map project with an empty data folder. Limits that tests would run into are
    /// raised; `arguments` come after that and win.
    pub fn start(project: &Path, arguments: &[&str]) -> Result<Self> {
        let folder = tempfile::tempdir().context("data folder")?;
        let arguments: Vec<String> = arguments.iter().map(|argument| (*argument).to_owned()).collect();
        let (child, address) = launch(project, folder.path(), &arguments)?;
        Ok(Self {
            child,
            address,
            project: project.to_owned(),
            arguments,
            folder,
        })
    }

    /// Where it listens. Another one after every start.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The data folder.
    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// The log of all starts so far.
    pub fn log(&self) -> Result<String> {
        Ok(std::fs::read_to_string(self.folder.path().join("server.log"))?)
    }

    /// Ends the process without a warning, as a power cut would.
    pub fn kill(&mut self) -> Result<()> {
        self.child.kill().context("kill")?;
        self.child.wait().context("wait")?;
        Ok(())
    }

    /// Asks the process to stop, and does not wait for it.
    pub fn ask_to_stop(&self) -> Result<()> {
        let id = self.child.id().to_string();
        let asked = Command::new("kill")
            .args(["-TERM", &id])
            .status()
            .context("kill -TERM")?;
        anyhow::ensure!(asked.success(), "kill -TERM: {asked}");
        Ok(())
    }

    /// Asks the process to stop and waits for it.
    pub fn stop(&mut self) -> Result<ExitStatus> {
        self.ask_to_stop()?;
        let deadline = Instant::now() + STOP_WITHIN;
        loop {
            if let Some(status) = self.child.try_wait().context("wait")? {
                return Ok(status);
            }
            if Instant::now() > deadline {
                bail!("the server did not stop; its log:\n{}", self.log()?);
            }
            std::thread::park_timeout(Duration::from_millis(5));
        }
    }

    /// Starts it again on the same data, after [`Self::kill`] or [`Self::stop`].
    pub fn restart(&mut self) -> Result<()> {
        (self.child, self.address) = launch(&self.project, self.folder.path(), &self.arguments)?;
        Ok(())
    }

    /// Starts it again on the same data and kills it after some time, wherever its start has got to.
    pub fn restart_and_kill(&mut self, after: Duration) -> Result<()> {
        self.child = spawn(&self.project, self.folder.path(), &self.arguments, Stdio::null())?;
        std::thread::park_timeout(after);
        self.kill()
    }

    /// One page over HTTP: status line and body.
    pub fn get(&self, path: &str) -> Result<(String, String)> {
        use std::io::{Read as _, Write as _};
        let mut socket = std::net::TcpStream::connect(self.address)?;
        socket.set_read_timeout(Some(STOP_WITHIN))?;
        write!(
            socket,
            "GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n\r\n"
        )?;
        let mut text = String::new();
        socket.read_to_string(&mut text)?;
        let (head, body) = text.split_once("\r\n\r\n").context("an HTTP answer")?;
        Ok((
            head.lines().next().unwrap_or_default().to_owned(),
            body.to_owned(),
        ))
    }
}

impl Drop for ServerProcess {
    fn drop(&mut self) {
        // Fails when the process has ended already, which is as good.
        if self.child.kill().is_ok() && self.child.wait().is_err() {
            assert!(
                std::thread::panicking(),
                "a killed server could not be waited for"
            );
        }
    }
}

/// Starts the binary; its log goes to a file in the folder.
fn spawn(project: &Path, folder: &Path, arguments: &[String], stdout: Stdio) -> Result<Child> {
    let log = File::options()
        .create(true)
        .append(true)
        .open(folder.join("server.log"))?;
    Command::new(binary("tombolo-server"))
        .arg("--project")
        .arg(project)
        .arg("--data")
        .arg(folder.join("data"))
        .args(["--listen", "127.0.0.1:0"])
        .args(["--logins-per-account", "1000", "--logins-per-address", "1000"])
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(stdout)
        .stderr(log)
        .spawn()
        .context("start the server")
}

/// Starts the binary and waits until it says where it listens.
fn launch(project: &Path, folder: &Path, arguments: &[String]) -> Result<(Child, SocketAddr)> {
    let mut child = spawn(project, folder, arguments, Stdio::piped())?;
    let stdout = child.stdout.take().context("standard output")?;
    let (sender, lines) = sync_channel(16);
    std::thread::Builder::new()
        .name("server output".into())
        .spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    return;
                }
            }
        })?;
    let deadline = Instant::now() + START_WITHIN;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        match lines.recv_timeout(left) {
            Ok(line) => {
                let address = line
                    .strip_prefix("listening on ws://")
                    .and_then(|rest| rest.split('/').next());
                if let Some(address) = address {
                    return Ok((child, address.parse().context("address")?));
                }
            }
            Err(reason) => {
                if reason == RecvTimeoutError::Timeout {
                    child.kill().context("kill")?;
                }
                let status = child.wait().context("wait")?;
                let log = std::fs::read_to_string(folder.join("server.log"))?;
                bail!("the server did not start ({status}); its log:\n{log}");
            }
        }
    }
}
