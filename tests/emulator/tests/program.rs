//! The emulator as a program.

use std::io::{BufRead as _, BufReader, Read as _};
use std::process::{Child, Command, Stdio};

use serde_json::Value;

/// A started program that is killed with the test that started it.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn it_announces_itself_serves_and_stops_on_sigterm() {
    let child = command(&["--app-id=app", "--user-pool-id", "pool", "--user-pool-secret", "s"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut program = Program(child);
    let mut output = BufReader::new(program.0.stdout.take().unwrap());
    let mut line = String::new();
    output.read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    assert_eq!(ready["app_id"], "app");
    assert_eq!(ready["user_pool_id"], "pool");
    assert_eq!(ready["user_pool_secret"], "s");
    assert_eq!(ready["app_host"], ready["url"]);
    assert_eq!(ready["app_secret"].as_str().unwrap().len(), 32);

    let url = format!("{}/api/v2/.well-known", ready["url"].as_str().unwrap());
    let body = ureq::get(url).call().unwrap().body_mut().read_to_string().unwrap();
    let answer: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(answer["data"]["publicKey"], ready["public_key"]);

    if cfg!(unix) {
        let id = program.0.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        assert!(program.0.wait().unwrap().success());
        let mut rest = String::new();
        output.read_to_string(&mut rest).unwrap();
        assert_eq!(rest, "", "one line is all it prints");
    }
}

#[test]
fn a_command_line_it_does_not_understand_ends_it_with_2() {
    for arguments in [&["--colour"][..], &["--listen"], &["--listen", "here"], &["8080"]] {
        let output = command(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(output.stdout.is_empty());
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.starts_with("authing-emulator: "), "{message}");
        assert!(message.contains("--help"), "{message}");
    }
}

#[test]
fn a_start_that_fails_says_why_and_ends_it_with_1() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let manifest = concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml");
    for (arguments, reason) in [
        (["--listen", &address], "in use"),
        (["--private-key", "/no/such/file"], "/no/such/file"),
        (["--private-key", manifest], "not an RSA private key"),
    ] {
        let output = command(&arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(1), "{arguments:?}");
        let message = String::from_utf8(output.stderr).unwrap();
        assert!(message.contains(reason), "{message}");
    }
}

#[test]
fn help_names_every_flag() {
    let output = command(&["--help"]).output().unwrap();
    assert!(output.status.success());
    let help = String::from_utf8(output.stdout).unwrap();
    for flag in ["--listen", "--user-pool-secret", "--app-host", "--private-key", "--seed-users"] {
        assert!(help.contains(flag), "{flag}");
    }
}

fn command(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_authing-emulator"));
    command.args(arguments);
    command
}
