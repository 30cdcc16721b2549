//! The emulator as a program: one line of JSON when it is ready, then it serves until a signal.

mod flags;

use std::io::{self, Write as _};
use std::process::ExitCode;

use authing_emulator::Emulator;
use flags::{Asked, Flags};

/// The exit status for a command line that cannot be understood.
const BAD_USAGE: u8 = 2;

fn main() -> ExitCode {
    let flags = match flags::parse(std::env::args_os().skip(1)) {
        Ok(Asked::Run(flags)) => *flags,
        Ok(Asked::Help) => return finish(io::stdout().write_all(flags::HELP.as_bytes())),
        Err(message) => {
            complain(&format!("{message}\nTry --help."));
            return ExitCode::from(BAD_USAGE);
        }
    };
    finish(run(flags))
}

fn run(flags: Flags) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_io().build()?;
    runtime.block_on(async {
        // Before the ready line: whoever reads it may send the signal at once.
        let signal = StopSignal::listen()?;
        let emulator = flags.builder()?.start()?;
        announce(&emulator)?;
        signal.wait().await;
        Ok(())
    })
}

fn announce(emulator: &Emulator) -> io::Result<()> {
    let line = serde_json::json!({
        "url": emulator.url(),
        "user_pool_id": emulator.user_pool_id(),
        "user_pool_secret": emulator.user_pool_secret(),
        "app_id": emulator.app_id(),
        "app_secret": emulator.app_secret(),
        "app_host": emulator.app_host(),
        "public_key": emulator.public_key(),
        "jaccount_host": emulator.jaccount_host(),
        "jaccount_api_host": emulator.jaccount_api_host(),
    });
    let mut output = io::stdout().lock();
    writeln!(output, "{line}")?;
    output.flush()
}

fn finish(result: io::Result<()>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn complain(message: &str) {
    // With stderr closed there is nobody left to tell.
    let _ = writeln!(io::stderr(), "authing-emulator: {message}");
}

/// SIGINT and SIGTERM; elsewhere than on Unix, Ctrl-C.
struct StopSignal {
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
}

impl StopSignal {
    #[cfg(unix)]
    fn listen() -> io::Result<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        Ok(Self {
            interrupt: signal(SignalKind::interrupt())?,
            terminate: signal(SignalKind::terminate())?,
        })
    }

    #[cfg(unix)]
    async fn wait(mut self) {
        tokio::select! {
            _ = self.interrupt.recv() => {}
            _ = self.terminate.recv() => {}
        }
    }

    #[cfg(not(unix))]
    fn listen() -> io::Result<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn wait(self) {
        // Without a handler the default one ends the process, which is as good.
        let _ = tokio::signal::ctrl_c().await;
    }
}
