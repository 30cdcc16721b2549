//! Exports the users of a pool as JSON lines, in memory that does not grow with the pool.
//!
//!     cargo run --example export_users > users.jsonl
//!
//! Each line is a user with the user-defined values. A page is fetched when the one before is
//! written. What went wrong in the middle is on standard error, and the exit status is not 0: such
//! an export is not whole.
//!
//! Without any variable set it starts an emulator of the service with 1,000 users in this process.
//! To use a real server, set `AUTHING_USERPOOL_ID` and `AUTHING_USERPOOL_SECRET`, for a private
//! deployment `AUTHING_SERVER` too.

use std::error::Error;
use std::io::{self, BufWriter, Write as _};

use authing::{ListUsers, ManagementClient, Options, SortBy};
use authing_emulator::Emulator;

/// As many users as one request asks for.
const PAGE_SIZE: u32 = 200;

fn main() -> Result<(), Box<dyn Error>> {
    let (options, _emulator) = connect()?;
    let admin = ManagementClient::new(options)?;
    // The oldest first: users who are made meanwhile come at the end and move nobody.
    let users = ListUsers::new().sort_by(SortBy::CreatedAtAscending).with_custom_data();
    let mut output = BufWriter::new(io::stdout().lock());
    let mut written: u64 = 0;
    for user in admin.users().list_with(users).page_size(PAGE_SIZE) {
        serde_json::to_writer(&mut output, &user?)?;
        output.write_all(b"\n")?;
        written += 1;
    }
    output.flush()?;
    eprintln!("{written} users");
    Ok(())
}

/// The server of the environment, or an emulator in this process.
fn connect() -> Result<(Options, Option<Emulator>), Box<dyn Error>> {
    if std::env::var_os("AUTHING_USERPOOL_ID").is_some() {
        return Ok((Options::from_env()?, None));
    }
    let emulator = Emulator::builder().seed_users(1_000).start()?;
    let options = Options::new()
        .host(emulator.url())
        .user_pool(emulator.user_pool_id(), emulator.user_pool_secret())
        .public_key_pem(emulator.public_key());
    Ok((options, Some(emulator)))
}
