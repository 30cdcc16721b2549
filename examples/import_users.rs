//! Imports users from a CSV file into the user pool, from several threads over one client.
//!
//!     cargo run --example import_users -- users.csv [--threads 8] [--done users.csv.done]
//!
//! The first row names the columns: `username`, `email`, `phone`, `password`, `name`, `nickname`,
//! `external_id`; any other column is a user-defined field of the pool, typed as the pool says. A
//! row needs one of the first three. Rows that were imported are noted in the file `--done` (the name of the CSV file
//! with `.done`, unless it is given), one number a line, so that an import that was interrupted
//! goes on where it stopped when it is started again. Each row that failed is reported with the
//! reason; the exit status is 1 when there was one.
//!
//! Without any variable set it starts an emulator of the service in this process, and without a file
//! it imports users that it makes up, of whom two are refused. To use a real server, set `AUTHING_USERPOOL_ID` and
//! `AUTHING_USERPOOL_SECRET`, for a private deployment `AUTHING_SERVER` too.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::fs::{self, File, OpenOptions};
use std::io::{self, BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::mpsc::{self, Receiver};
use std::thread;

use authing::{
    CustomValue, DateTime, FieldType, ManagementClient, NewUser, Options, UdfTarget, UdfType,
};
use authing_emulator::Emulator;

type Failure = Box<dyn Error + Send + Sync>;

/// The user-defined fields of the pool.
type Fields = HashMap<String, FieldType>;

/// A row of the file, with the number that people count by: the first after the header is 2.
struct Row {
    number: u64,
    fields: Vec<(String, String)>,
}

fn main() -> Result<ExitCode, Failure> {
    let arguments = Arguments::read()?;
    let (options, emulator) = connect()?;
    let admin = ManagementClient::new(options)?;
    let (file, is_sample) = match arguments.file {
        Some(file) => (file, false),
        None => (sample()?, true),
    };
    if emulator.is_some() {
        admin.udf().set(UdfTarget::User, "school", UdfType::String, "School")?;
    }
    let done_file = arguments.done.unwrap_or_else(|| file.with_extension("csv.done"));

    let fields: Fields = admin
        .udf()
        .list(UdfTarget::User)?
        .into_iter()
        .map(|field| (field.key, field.data_type))
        .collect();
    let done = read_done(&done_file)?;
    let total = csv::Reader::from_path(&file)?.records().count();
    let report = Mutex::new(Report::new(&done_file, total, done.len())?);
    let (sender, receiver) = mpsc::sync_channel(arguments.threads * 2);
    let receiver = Mutex::new(receiver);

    let read = thread::scope(|scope| {
        for _ in 0..arguments.threads {
            // One client for all: it shares its connections and its token.
            scope.spawn(|| work(&admin, &fields, &receiver, &report));
        }
        // The sender goes with the reader, which tells the workers that there is no more.
        let result = read_rows(&file, &done, |row| sender.send(row).is_ok());
        drop(sender);
        result
    });
    read?;

    let report = report.into_inner().map_err(|_| "a worker panicked")?;
    let failed = report.finish();
    if is_sample {
        fs::remove_file(&file)?;
        fs::remove_file(&done_file)?;
    }
    Ok(if failed == 0 || is_sample { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Imports rows until there are no more.
fn work(
    admin: &ManagementClient,
    fields: &Fields,
    rows: &Mutex<Receiver<Result<Row, Failure>>>,
    report: &Mutex<Report>,
) {
    loop {
        // The lock is held while waiting: whoever holds it gets the next row.
        let row = match rows.lock() {
            Ok(rows) => rows.recv(),
            Err(_) => return,
        };
        let Ok(row) = row else { return };
        let outcome = row.map_err(|error| (0, error)).and_then(|row| {
            let number = row.number;
            new_user(row, fields)
                .and_then(|user| Ok(admin.users().create(user)?))
                .map(|_| number)
                .map_err(|error| (number, error))
        });
        if let Ok(mut report) = report.lock() {
            report.note(outcome);
        }
    }
}

/// The user that a row describes. A cell without text says nothing.
fn new_user(row: Row, fields: &Fields) -> Result<NewUser, Failure> {
    let mut user: Option<NewUser> = None;
    let (mut rest, mut custom) = (Vec::new(), Vec::new());
    for (column, text) in row.fields.into_iter().filter(|(_, text)| !text.is_empty()) {
        user = match (column.as_str(), user) {
            ("username", None) => Some(NewUser::username(text)),
            ("email", None) => Some(NewUser::email(text)),
            ("phone", None) => Some(NewUser::phone(text)),
            ("username", Some(user)) => Some(user.and_username(text)),
            ("email", Some(user)) => Some(user.and_email(text)),
            ("phone", Some(user)) => Some(user.and_phone(text)),
            (_, user) => {
                rest.push((column, text));
                user
            }
        };
    }
    let mut user = user.ok_or("the row has neither username nor email nor phone")?;
    for (column, text) in rest {
        user = match column.as_str() {
            "password" => user.password(text),
            "name" => user.name(text),
            "nickname" => user.nickname(text),
            "external_id" => user.external_id(text),
            _ => {
                let value = custom_value(fields, &column, text)?;
                custom.push((column, value));
                user
            }
        };
    }
    Ok(if custom.is_empty() { user } else { user.custom_data(custom) })
}

/// The text of a cell as a value of its field's type.
fn custom_value(fields: &Fields, key: &str, text: String) -> Result<CustomValue, Failure> {
    let field_type = fields.get(key).ok_or_else(|| format!("the pool has no field `{key}`"))?;
    let value = match field_type {
        FieldType::Number => text.parse().ok().map(CustomValue::Number),
        FieldType::Boolean => text.parse().ok().map(CustomValue::Boolean),
        FieldType::DateTime => DateTime::parse(&text).map(CustomValue::DateTime),
        FieldType::Object => serde_json::from_str(&text).ok().map(CustomValue::Object),
        _ => Some(CustomValue::String(text.clone())),
    };
    value.ok_or_else(|| format!("`{text}` in the column `{key}` is no {field_type}").into())
}

/// Reads the file row by row and skips what is done. A row that is no CSV ends it: what follows
/// cannot be told apart any more.
fn read_rows(
    file: &Path,
    done: &HashSet<u64>,
    mut send: impl FnMut(Result<Row, Failure>) -> bool,
) -> Result<(), Failure> {
    let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::Headers).from_path(file)?;
    let headers = reader.headers()?.clone();
    for (number, record) in (2..).zip(reader.records()) {
        if done.contains(&number) {
            continue;
        }
        let row = match record {
            Ok(record) => {
                let names = headers.iter().map(str::to_owned);
                Ok(Row { number, fields: names.zip(record.iter().map(str::to_owned)).collect() })
            }
            Err(error) => Err(format!("row {number} is no CSV: {error}").into()),
        };
        if !send(row) {
            break;
        }
    }
    Ok(())
}

/// What has happened so far, on the screen and in the file.
struct Report {
    done_file: File,
    total: usize,
    finished: usize,
    failed: usize,
}

impl Report {
    fn new(done_file: &Path, total: usize, finished: usize) -> io::Result<Self> {
        let done_file = OpenOptions::new().create(true).append(true).open(done_file)?;
        if finished > 0 {
            eprintln!("{finished} rows were imported earlier");
        }
        Ok(Self { done_file, total, finished, failed: 0 })
    }

    /// Notes a row that was imported, or one that was not and why.
    fn note(&mut self, outcome: Result<u64, (u64, Failure)>) {
        match outcome {
            Ok(number) => {
                // One write a line: a line is there whole or not at all.
                if let Err(error) = self.done_file.write_all(format!("{number}\n").as_bytes()) {
                    eprintln!("\rrow {number} was imported but could not be noted: {error}");
                }
            }
            Err((number, error)) => {
                self.failed += 1;
                eprintln!("\r\x1b[Krow {number} failed: {error}");
            }
        }
        self.finished += 1;
        self.draw();
    }

    fn draw(&self) {
        const WIDTH: usize = 40;
        let share = (self.finished * WIDTH).checked_div(self.total).unwrap_or(WIDTH).min(WIDTH);
        let (full, empty) = ("#".repeat(share), "-".repeat(WIDTH - share));
        eprint!("\r[{full}{empty}] {}/{}", self.finished, self.total);
    }

    fn finish(&self) -> usize {
        eprintln!();
        println!("{} of {} rows are imported", self.finished - self.failed, self.total);
        self.failed
    }
}

fn read_done(file: &Path) -> Result<HashSet<u64>, Failure> {
    match File::open(file) {
        Ok(file) => {
            let lines = BufReader::new(file).lines();
            // A line that was cut off by a crash is no number, and its row is tried again.
            Ok(lines.map_while(Result::ok).filter_map(|line| line.parse().ok()).collect())
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(HashSet::new()),
        Err(error) => Err(error.into()),
    }
}

/// A file with 200 users, two of whom cannot be imported.
fn sample() -> Result<PathBuf, Failure> {
    let file = std::env::temp_dir().join(format!("authing-import-{}.csv", std::process::id()));
    let mut writer = csv::Writer::from_path(&file)?;
    writer.write_record(["username", "email", "password", "nickname", "school"])?;
    for number in 1..=198 {
        let name = format!("student{number}");
        let email = format!("{name}@example.com");
        writer.write_record([&name, &email, "s3cret!", "Says \"hi\", twice", "SJTU"])?;
    }
    writer.write_record(["student1", "", "s3cret!", "There is one already", ""])?;
    writer.write_record(["", "", "s3cret!", "Nobody", ""])?;
    writer.flush()?;
    Ok(file)
}

struct Arguments {
    file: Option<PathBuf>,
    done: Option<PathBuf>,
    threads: usize,
}

impl Arguments {
    fn read() -> Result<Self, Failure> {
        let (mut file, mut done, mut threads) = (None, None, 8);
        let mut arguments = std::env::args_os().skip(1);
        while let Some(argument) = arguments.next() {
            let mut value = || arguments.next().ok_or("an option has no value");
            match argument.to_str() {
                Some("--threads") => {
                    let text = value()?;
                    let number = text.to_str().and_then(|text| text.parse().ok());
                    threads = number
                        .filter(|number| (1..=64).contains(number))
                        .ok_or("--threads takes 1 to 64")?;
                }
                Some("--done") => done = Some(PathBuf::from(value()?)),
                _ => file = Some(PathBuf::from(argument)),
            }
        }
        Ok(Self { file, done, threads })
    }
}

/// The server of the environment, or an emulator in this process.
fn connect() -> Result<(Options, Option<Emulator>), Failure> {
    if std::env::var_os("AUTHING_USERPOOL_ID").is_some() {
        return Ok((Options::from_env()?, None));
    }
    let emulator = Emulator::start()?;
    let options = Options::new()
        .host(emulator.url())
        .user_pool(emulator.user_pool_id(), emulator.user_pool_secret())
        .public_key_pem(emulator.public_key());
    Ok((options, Some(emulator)))
}
