//! Threads that attach and detach below an OCaml main program; what a drop by the collector may not do.

use std::cell::RefCell;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{LazyLock, Mutex, mpsc};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use bactrian::{
    AttachError, Custom, Exception, Fun, InitError, Root, Runtime, ShutdownError, ToValue,
};
use rayon::iter::{IntoParallelIterator, IntoParallelRefIterator, ParallelIterator};

type IntFun = Fun<(isize,), isize>;

/// Threads call the OCaml function with their numbers, while this one is detached; the sum.
#[bactrian::func(boxed)]
fn threads_sum(rt: &mut Runtime, f: Root<IntFun>, threads: isize, calls: isize) -> isize {
    rt.detach(|| {
        thread::scope(|scope| {
            let run = |number: isize| {
                let f = &f;
                move || {
                    let call = |_| Runtime::attach(|rt| f.call(rt, (number,)).unwrap()).unwrap();
                    (0..calls).map(call).sum::<isize>()
                }
            };
            let threads: Vec<_> = (1..=threads).map(|n| scope.spawn(run(n))).collect();
            threads.into_iter().map(|t| t.join().unwrap()).sum()
        })
    })
}

static STARTED: Mutex<Vec<JoinHandle<isize>>> = Mutex::new(Vec::new());

/// Starts a thread that calls the OCaml function so often, and goes on without waiting.
#[bactrian::func(boxed)]
fn threads_start(f: Root<IntFun>, calls: isize) {
    let thread = thread::spawn(move || {
        let mut sum = 0;
        for call in 0..calls {
            sum += Runtime::attach(|rt| {
                let result = f.call(rt, (call,)).unwrap();
                rt.detach(thread::yield_now);
                result
            })
            .unwrap();
        }
        sum
    });
    STARTED.lock().unwrap().push(thread);
}

/// Waits for those that were started; the sum of what they computed.
#[bactrian::func(boxed)]
fn threads_join(rt: &mut Runtime) -> isize {
    let threads = std::mem::take(&mut *STARTED.lock().unwrap());
    rt.detach(|| threads.into_iter().map(|t| t.join().unwrap()).sum())
}

/// At the end of its thread, says what an exception is.
struct Reader(mpsc::Receiver<Exception>, mpsc::Sender<String>);

impl Drop for Reader {
    fn drop(&mut self) {
        let exception = self.0.recv().unwrap();
        self.1.send(exception.to_string()).unwrap();
    }
}

thread_local! {
    static READER: RefCell<Option<Reader>> = const { RefCell::new(None) };
}

static READ: Mutex<Option<(mpsc::Sender<Exception>, mpsc::Receiver<String>)>> = Mutex::new(None);

/// Leaves a reader to the end of this thread; nothing that would have a root made.
#[bactrian::func]
fn threads_leave_reader() {
    let ((to_reader, exceptions), (texts, from_reader)) = (mpsc::channel(), mpsc::channel());
    READER.set(Some(Reader(exceptions, texts)));
    *READ.lock().unwrap() = Some((to_reader, from_reader));
}

/// What the reader says of an exception of this function's.
#[bactrian::func]
fn threads_ask_reader(rt: &mut Runtime, f: Root<Fun<(), ()>>) -> String {
    let (to_reader, from_reader) = READ.lock().unwrap().take().unwrap();
    to_reader.send(f.call(rt, ()).unwrap_err()).unwrap();
    from_reader.recv().unwrap()
}

/// What is refused to a function that OCaml has called.
#[bactrian::func]
fn threads_refused(rt: &mut Runtime) {
    let attached = [Runtime::attach(|_rt| ()), Runtime::attach(|_rt| ())];
    assert_eq!(attached, [Err(AttachError::Attached); 2]);
    assert_eq!(Runtime::init([""]), Err(InitError::Running));
    assert_eq!(Runtime::init_once([""]), Ok(()));
    assert_eq!(Runtime::shutdown(), Err(ShutdownError::Attached));
    let detached = rt.detach(|| {
        (
            Runtime::shutdown(),
            Runtime::attach(|_rt| 1),
            Runtime::init([""]),
        )
    });
    assert_eq!(
        detached,
        (Err(ShutdownError::Foreign), Ok(1), Err(InitError::Running))
    );
}

/// Joins, with the runtime, threads that try to have it: they give up, and nobody hangs.
#[bactrian::func(boxed)]
fn threads_joined_with_the_runtime(f: Root<IntFun>) -> Vec<String> {
    let attempt = move || {
        let short = Duration::from_millis(10);
        format!(
            "{:?}",
            Runtime::try_attach(short, |rt| f.call(rt, (1,)).unwrap())
        )
    };
    let other = thread::spawn(|| format!("{:?}", Runtime::try_attach(Duration::ZERO, |_rt| ())));
    vec![
        thread::spawn(attempt).join().unwrap(),
        other.join().unwrap(),
    ]
}

/// The same, without: they get it.
#[bactrian::func(boxed)]
fn threads_joined_without_the_runtime(rt: &mut Runtime, f: Root<IntFun>) -> isize {
    let long = Duration::from_secs(600);
    let attempt = move || Runtime::try_attach(long, |rt| f.call(rt, (20,)).unwrap()).unwrap();
    rt.detach(|| thread::spawn(attempt).join().unwrap())
}

/// A panic of a thread that has attached, of one that tried, and of a detached function.
#[bactrian::func(boxed)]
fn threads_panic(rt: &mut Runtime, how: isize) {
    let long = Duration::from_secs(600);
    match how {
        0 => rt.detach(|| panic!("detached")),
        1 => rt.detach(|| Runtime::attach(|_rt| panic!("attached")).unwrap()),
        2 => rt.detach(|| Runtime::try_attach(long, |_rt| panic!("tried")).unwrap()),
        _ => {
            let thread =
                rt.detach(|| thread::spawn(|| Runtime::attach(|_rt| panic!("joined"))).join());
            std::panic::resume_unwind(thread.unwrap_err())
        }
    }
}

// ---- signals ----

static HANDLED: AtomicUsize = AtomicUsize::new(0);

/// What the signal handler calls.
#[bactrian::func]
fn threads_handle() {
    HANDLED.fetch_add(1, Ordering::SeqCst);
}

/// A signal comes while this is detached: it is not handled then, nor when the runtime is taken
/// again, but by the poll.
#[bactrian::func(boxed)]
fn threads_when_handled(rt: &mut Runtime, milliseconds: isize) -> Result<[usize; 4], Exception> {
    let handled = || HANDLED.load(Ordering::SeqCst);
    let before = handled();
    let detached = rt.detach(|| {
        let start = Instant::now();
        while start.elapsed() < Duration::from_millis(milliseconds as u64) {
            std::hint::spin_loop();
        }
        handled()
    });
    let text = "allocated meanwhile".repeat(1000).to_value(rt);
    assert!(text.to::<String>()?.ends_with("meanwhile"));
    let after = handled();
    rt.poll()?;
    Ok([0, detached - before, after - before, handled() - before])
}

/// Detaches and polls until something raises.
#[bactrian::func]
fn threads_until_interrupted(rt: &mut Runtime) -> Result<(), Exception> {
    let _guard = crate::errors::Guard::new();
    loop {
        rt.detach(|| thread::sleep(Duration::from_millis(1)));
        rt.poll()?;
    }
}

// ---- what the collector drops ----

static IN_DROP: Mutex<Vec<String>> = Mutex::new(Vec::new());

/// Attaches when it is dropped.
#[derive(Custom)]
struct Attaching(isize);

impl Drop for Attaching {
    fn drop(&mut self) {
        let (attached, _) = (Runtime::attach(|_rt| ()), Runtime::shutdown());
        IN_DROP.lock().unwrap().push(format!("{attached:?}"));
        assert!(self.0 == 0, "on purpose");
    }
}

/// One that panics as well, if its number is not 0.
#[bactrian::func(boxed)]
fn threads_attaching(number: isize) -> Attaching {
    Attaching(number)
}

/// What `attach` said since it was asked last.
#[bactrian::func]
fn threads_in_drop() -> Vec<String> {
    std::mem::take(&mut *IN_DROP.lock().unwrap())
}

// ---- functions that are detached ----

#[bactrian::func(detach)]
fn detach_sum(numbers: Vec<isize>, factor: f64, #[ocaml(as = list)] more: Vec<isize>) -> f64 {
    factor * numbers.iter().chain(&more).sum::<isize>() as f64
}

#[bactrian::func(detach)]
fn detach_unit() {
    // Nobody has the runtime.
    Runtime::attach(|rt| rt.poll()).unwrap().unwrap();
}

#[bactrian::func(detach, exn)]
fn detach_fails(text: String) -> Result<String, String> {
    let _guard = crate::errors::Guard::new();
    match text.strip_prefix("panic: ") {
        Some(message) => panic!("{message}"),
        None => Err(text),
    }
}

/// More arguments than bytecode passes one by one.
#[bactrian::func(detach, boxed, as = list)]
fn detach_many(
    a: isize,
    b: String,
    c: Vec<u8>,
    d: Option<f64>,
    e: (bool, char),
    f: Root,
) -> Vec<String> {
    let dropped = std::thread::spawn(move || drop(f)).join().is_ok();
    vec![format!("{a} {b} {c:?} {d:?} {e:?} {dropped}")]
}

/// Rust's own, lent.
#[derive(Custom)]
#[ocaml(name = "lent_counter")]
struct LentCounter(AtomicUsize);

#[bactrian::func(boxed)]
fn detach_counter(n: usize) -> LentCounter {
    LentCounter(AtomicUsize::new(n))
}

/// Another thread has OCaml collect everything meanwhile, which moves what is lent.
#[bactrian::func(detach, boxed)]
fn detach_count(counter: &LentCounter, collect: Root<Fun<(), ()>>) -> usize {
    counter.0.fetch_add(1, Ordering::SeqCst);
    Runtime::attach(|rt| collect.call(rt, ()).unwrap()).unwrap();
    counter.0.fetch_add(1, Ordering::SeqCst) + 1
}

// ---- rayon ----

/// A sum by rayon's threads.
#[bactrian::func]
fn threads_rayon(rt: &mut Runtime, numbers: Vec<f64>) -> f64 {
    rt.detach(|| numbers.par_iter().map(|n| n * n).sum())
}

/// Rayon's threads attach.
#[bactrian::func(boxed)]
fn threads_rayon_attached(rt: &mut Runtime, f: Root<IntFun>, n: isize) -> isize {
    rt.detach(|| {
        let call = |i| Runtime::attach(|rt| f.call(rt, (i,)).unwrap()).unwrap();
        (0..n).into_par_iter().map(call).sum()
    })
}

// ---- domains ----

/// Threads take roots from OCaml, read them and give new ones back; half are dropped where they are.
#[bactrian::func(boxed, as = list)]
fn threads_roots(rt: &mut Runtime, texts: Vec<Root<String>>) -> Vec<Root<String>> {
    let (sender, receiver) = mpsc::channel();
    rt.detach(|| {
        thread::scope(|scope| {
            for (i, root) in texts.into_iter().enumerate() {
                let sender = sender.clone();
                scope.spawn(move || {
                    let new = Runtime::attach(|rt| {
                        let text = root.get(rt).to::<String>().unwrap();
                        Root::new(rt, format!("{text}!").to_value(rt).to().unwrap())
                    })
                    .unwrap();
                    if i % 2 == 0 {
                        sender.send(new).unwrap();
                    }
                });
            }
        });
        drop(sender);
        receiver.into_iter().collect()
    })
}

/// The function is called on this thread without and inside of `detach`, and on another one.
#[bactrian::func]
fn threads_domains(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> Result<[isize; 3], Exception> {
    let here = f.call(rt, ())?;
    let attach = || Runtime::attach(|rt| f.call(rt, ()).unwrap()).unwrap();
    let (inside, other) = rt.detach(|| {
        (
            attach(),
            thread::scope(|scope| scope.spawn(attach).join().unwrap()),
        )
    });
    Ok([here, inside, other])
}

/// What the function returns, or why it is not called.
fn told(result: Result<isize, AttachError>) -> String {
    match result {
        Ok(n) => n.to_string(),
        Err(error) => format!("{error:?}"),
    }
}

/// What the function returns where this domain is lent: on this thread, on new ones, and on one that calls
/// it twice, the second time inside of `detach`.
#[bactrian::func(boxed)]
fn threads_lend(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> Vec<String> {
    let call = |rt: &mut Runtime| f.call(rt, ()).unwrap();
    rt.lend(|domain| {
        thread::scope(|scope| {
            let once = || told(domain.attach(call));
            let twice = || {
                let first = domain.attach(|rt| {
                    let nested = rt.detach(|| (domain.attach(call), Runtime::attach(call)));
                    assert_eq!(domain.attach(|_rt| ()), Err(AttachError::Attached));
                    assert_eq!(nested, (Ok(call(rt)), Ok(call(rt))));
                });
                assert!(first.is_ok() || first == Err(AttachError::NoChoice));
                told(domain.attach(call))
            };
            let threads = [scope.spawn(once), scope.spawn(once), scope.spawn(twice)];
            let here = once();
            let others = threads.map(|thread| thread.join().unwrap());
            [here].into_iter().chain(others).collect()
        })
    })
}

/// A thread belongs to the domain that it attached in first: domain 0, or this one.
#[bactrian::func(boxed)]
fn threads_lend_later(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> [String; 4] {
    let call = |rt: &mut Runtime| f.call(rt, ()).unwrap();
    rt.lend(|domain| {
        thread::scope(|scope| {
            let from_zero = || [Runtime::attach(call), domain.attach(call)].map(told);
            let from_here = || [domain.attach(call), Runtime::attach(call)].map(told);
            let threads = [scope.spawn(from_zero), scope.spawn(from_here)];
            let [[a, b], [c, d]] = threads.map(|thread| thread.join().unwrap());
            [a, b, c, d]
        })
    })
}

/// Threads that do not end: for the first domain that is lent to them, the function's sum; then errors.
#[bactrian::func(boxed)]
fn threads_lend_pool(rt: &mut Runtime, f: Root<IntFun>) -> String {
    static POOL: LazyLock<rayon::ThreadPool> = LazyLock::new(|| {
        let builder = rayon::ThreadPoolBuilder::new().num_threads(3);
        builder.build().unwrap()
    });
    rt.lend(|domain| {
        let call = |n: isize| domain.attach(|rt| f.call(rt, (n,)).unwrap());
        told(POOL.install(|| (0..100).into_par_iter().map(call).sum()))
    })
}

/// A panic of a thread in this domain, and of the function that lends it, leaves all in order.
#[bactrian::func(boxed)]
fn threads_lend_panics(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> [String; 2] {
    let _guard = crate::errors::Guard::new();
    let thread = rt.lend(|domain| {
        thread::scope(|scope| {
            let panic = || {
                domain
                    .attach(|_rt| -> isize { panic!("lent") })
                    .map_err(|error| panic!("{error:?}"))
            };
            let result: Result<Result<isize, AttachError>, _> = scope.spawn(panic).join();
            result
                .unwrap_err()
                .downcast::<String>()
                .map_or("lent".to_owned(), |text| *text)
        })
    });
    let lender = std::panic::AssertUnwindSafe(|| rt.lend(|_domain| panic!("lender")));
    assert!(std::panic::catch_unwind(lender).is_err());
    [thread, f.call(rt, ()).unwrap().to_string()]
}

/// What an exception that the function raises says.
#[bactrian::func]
fn threads_error_of(rt: &mut Runtime, f: Root<Fun<(), isize>>) -> String {
    let _guard = crate::errors::Guard::new();
    match f.call(rt, ()) {
        Ok(n) => n.to_string(),
        Err(error) => error.to_string(),
    }
}
