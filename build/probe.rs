//! The smallest program that uses what wasmrun does of libc, libm and the
//! unwinder. `link.rs` links it in order to see what the linker can do.

fn main() {
    let threads = std::thread::spawn(|| std::panic::catch_unwind(|| std::process::id()));
    let number = f64::from(threads.join().unwrap().unwrap()).powf(0.5);
    let _ = std::panic::catch_unwind(|| assert!(number < 0.0));
    std::process::exit(if number > 0.0 { 7 } else { 1 });
}
