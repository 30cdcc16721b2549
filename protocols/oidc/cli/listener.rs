//! A web server for one visit of the user's browser.

use std::io::{self, Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use url::Url;

use super::page::Page;
use crate::error::{Error, ErrorKind, Result};

/// How long one visitor may take to say what he wants.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long to wait for a visitor to go.
const FAREWELL: Duration = Duration::from_secs(1);
/// What one visitor may say.
const MOST_BYTES: usize = 64 * 1024;
/// Visitors at a time: a browser opens a few connections in advance.
const MOST_VISITORS: usize = 32;
const PAUSE: Duration = Duration::from_millis(20);

/// Listens on the loopback interface until it is dropped.
#[derive(Debug)]
pub(super) struct Listener {
    redirect_uri: String,
    visits: Receiver<Visit>,
    stop: Arc<AtomicBool>,
}

/// A visitor who waits for his answer.
#[derive(Debug)]
pub(super) struct Visit {
    pub(super) is_at_the_callback: bool,
    /// The query, or the form that was posted.
    pub(super) parameters: String,
    stream: TcpStream,
}

impl Listener {
    pub(super) fn bind(redirect_uri: &Url) -> Result<Self> {
        let address = match redirect_uri.host() {
            Some(url::Host::Ipv4(address)) => IpAddr::V4(address),
            Some(url::Host::Ipv6(_)) => IpAddr::V6(Ipv6Addr::LOCALHOST),
            _ => IpAddr::V4(Ipv4Addr::LOCALHOST),
        };
        let failed = |error: io::Error| {
            let message = format!("no port to listen on at {address}: {error}");
            Error::new(ErrorKind::Transport, message).with_operation("login").with_source(error)
        };
        let port = redirect_uri.port().unwrap_or(0);
        let listener = TcpListener::bind(SocketAddr::new(address, port)).map_err(failed)?;
        listener.set_nonblocking(true).map_err(failed)?;
        let port = listener.local_addr().map_err(failed)?.port();

        let mut url = redirect_uri.clone();
        // The only reason to refuse a port is a URL without a host, which this is not.
        let _ = url.set_port(Some(port));
        let place = Place { host: host(&url), path: url.path().to_owned() };
        let (sender, visits) = mpsc::channel();
        let stop = Arc::new(AtomicBool::new(false));
        let stopped = stop.clone();
        thread::spawn(move || accept(&listener, &Arc::new(place), &sender, &stopped));
        Ok(Self { redirect_uri: url.into(), visits, stop })
    }

    /// The redirect URI with the port in it.
    pub(super) fn redirect_uri(&self) -> &str {
        &self.redirect_uri
    }

    /// The next visitor who has said what he wants.
    pub(super) fn next(&self, timeout: Duration) -> Option<Visit> {
        self.visits.recv_timeout(timeout).ok()
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Relaxed);
    }
}

impl Visit {
    /// Shows that there is nothing, without waiting for the visitor to read it.
    pub(super) fn turn_away(self) {
        thread::spawn(move || self.answer(&Page::nothing_here()));
    }

    /// Shows a page. A visitor who has left is none of our business.
    pub(super) fn answer(mut self, page: &Page) {
        let _ = self.stream.write_all(&page.response()).and_then(|()| self.stream.flush());
        // Closing with unread input would make the browser drop the page.
        let _ = self.stream.set_read_timeout(Some(FAREWELL));
        let _ = self.stream.shutdown(std::net::Shutdown::Write);
        let _ = io::copy(&mut self.stream.take(MOST_BYTES as u64), &mut io::sink());
    }
}

/// Where the callback comes.
struct Place {
    host: String,
    path: String,
}

fn host(url: &Url) -> String {
    let host = url.host_str().unwrap_or_default();
    url.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"))
}

fn accept(
    listener: &TcpListener,
    place: &Arc<Place>,
    sender: &Sender<Visit>,
    stop: &Arc<AtomicBool>,
) {
    let visitors = Arc::new(AtomicUsize::new(0));
    while !stop.load(Ordering::Relaxed) {
        match listener.accept() {
            Ok((stream, _)) if visitors.load(Ordering::Relaxed) < MOST_VISITORS => {
                let (place, sender, visitors) = (place.clone(), sender.clone(), visitors.clone());
                visitors.fetch_add(1, Ordering::Relaxed);
                thread::spawn(move || {
                    // One who says nothing that can be understood is not heard.
                    if let Ok(visit) = listen(stream, &place) {
                        let _ = sender.send(visit);
                    }
                    visitors.fetch_sub(1, Ordering::Relaxed);
                });
            }
            Ok(_) => {}
            Err(_) => thread::sleep(PAUSE),
        }
    }
}

fn listen(mut stream: TcpStream, place: &Place) -> io::Result<Visit> {
    stream.set_nonblocking(false)?;
    stream.set_write_timeout(Some(PATIENCE))?;
    let end = Instant::now() + PATIENCE;
    let (head, mut body) = read_head(&mut stream, end)?;
    let mut lines = head.split("\r\n");
    let mut request = lines.next().unwrap_or_default().split(' ');
    let (method, target) = (request.next().unwrap_or_default(), request.next().unwrap_or_default());
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let header = |name: &str| {
        let mut headers = head.split("\r\n").skip(1).filter_map(|line| line.split_once(':'));
        let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
        found.map(|(_, value)| value.trim())
    };
    // A page elsewhere that has its name point here is not our callback.
    let is_our_host = header("host").is_some_and(|host| host.eq_ignore_ascii_case(&place.host));
    let parameters = match method {
        "GET" => query.to_owned(),
        "POST" => {
            let length = header("content-length").and_then(|length| length.parse().ok());
            let length = length.filter(|length| *length <= MOST_BYTES).ok_or_else(broken)?;
            while body.len() < length {
                read_some(&mut stream, &mut body, end)?;
            }
            String::from_utf8_lossy(&body).into_owned()
        }
        _ => String::new(),
    };
    let is_at_the_callback = is_our_host && path == place.path && matches!(method, "GET" | "POST");
    Ok(Visit { is_at_the_callback, parameters, stream })
}

/// The request line with the headers, and what came of the body.
fn read_head(stream: &mut TcpStream, end: Instant) -> io::Result<(String, Vec<u8>)> {
    let mut input = Vec::new();
    loop {
        if let Some(at) = input.windows(4).position(|window| window == b"\r\n\r\n") {
            let body = input.split_off(at + 4);
            input.truncate(at);
            return Ok((String::from_utf8_lossy(&input).into_owned(), body));
        }
        read_some(stream, &mut input, end)?;
    }
}

fn read_some(stream: &mut TcpStream, input: &mut Vec<u8>, end: Instant) -> io::Result<()> {
    let left = end.saturating_duration_since(Instant::now());
    if left.is_zero() || input.len() > MOST_BYTES {
        return Err(broken());
    }
    stream.set_read_timeout(Some(left))?;
    let mut buffer = [0; 4096];
    match stream.read(&mut buffer)? {
        0 => Err(broken()),
        count => {
            input.extend_from_slice(&buffer[..count]);
            Ok(())
        }
    }
}

fn broken() -> io::Error {
    io::ErrorKind::InvalidData.into()
}
