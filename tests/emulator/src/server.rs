//! The HTTP server: a thread with a small runtime that accepts, serves and stops.

use std::io;
use std::net::TcpListener;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use axum::Router;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::sync::oneshot;
use tokio::task::JoinSet;

use crate::fault::Faults;
use crate::intake;
use crate::record::RecordedRequest;
use crate::rest;
use crate::state::State;

/// Stack of the runtime's threads: documents are validated and executed recursively.
const STACK_SIZE: usize = 8 * 1024 * 1024;

/// What the server's tasks and the emulator's handles share.
pub(crate) struct Shared {
    pub(crate) state: Mutex<State>,
    pub(crate) requests: Mutex<Vec<RecordedRequest>>,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) connections: AtomicU64,
}

impl Shared {
    pub(crate) fn new(state: State) -> Self {
        Self {
            state: Mutex::new(state),
            requests: Mutex::default(),
            faults: Mutex::default(),
            connections: AtomicU64::new(0),
        }
    }
}

/// Locks, whatever became of an earlier holder: the data outlives a test that panicked with it.
pub(crate) fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A running server. Dropping it closes every connection and waits for that.
#[derive(Debug)]
pub(crate) struct Server {
    stop: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    pub(crate) fn start(listener: TcpListener, shared: Arc<Shared>) -> io::Result<Self> {
        listener.set_nonblocking(true)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("authing-emulator")
            .thread_stack_size(STACK_SIZE)
            .enable_io()
            .enable_time()
            .build()?;
        let listener = {
            let _inside = runtime.enter();
            tokio::net::TcpListener::from_std(listener)?
        };
        let (stop, stopped) = oneshot::channel();
        let thread =
            std::thread::Builder::new().name("authing-emulator".to_owned()).spawn(move || {
                runtime.block_on(serve(listener, shared, stopped));
                // All that can be left is an operation that is being computed.
                runtime.shutdown_timeout(Duration::from_millis(500));
            })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if let Some(stop) = self.stop.take() {
            // The server may have stopped already.
            let _ = stop.send(());
        }
        if let Some(thread) = self.thread.take() {
            // A panic of the server thread was reported when it happened.
            let _ = thread.join();
        }
    }
}

async fn serve(
    listener: tokio::net::TcpListener,
    shared: Arc<Shared>,
    mut stopped: oneshot::Receiver<()>,
) {
    let router = rest::router(Arc::clone(&shared));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            _ = &mut stopped => break,
            Some(_) = connections.join_next(), if !connections.is_empty() => {}
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => {
                    let number = shared.connections.fetch_add(1, Ordering::SeqCst) + 1;
                    let (shared, router) = (Arc::clone(&shared), router.clone());
                    connections.spawn(serve_connection(stream, shared, router, number));
                }
                // Out of descriptors, most likely: wait for some to be closed.
                Err(_) => tokio::time::sleep(Duration::from_millis(10)).await,
            },
        }
    }
    drop(listener);
    connections.shutdown().await;
}

async fn serve_connection(stream: TcpStream, shared: Arc<Shared>, router: Router, number: u64) {
    // Without it small answers wait; failing to set it is no reason not to serve.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |request| {
        intake::answer(Arc::clone(&shared), router.clone(), number, request)
    });
    // An error here is a client that left, or a connection that a fault closes.
    let _ = http1::Builder::new()
        .timer(TokioTimer::new())
        .serve_connection(TokioIo::new(stream), service)
        .await;
}
