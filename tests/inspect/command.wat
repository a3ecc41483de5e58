;; A command for WASI preview 1, as a C or Rust compiler would make it.
(module $hello
  (@producers
    (language "C11" "")
    (processed-by "clang" "20.1.0 (https://example.com/llvm 0123abc)"))
  (@custom "target_features" "\02+\0bbulk-memory-\07atomics")
  (type $write (func (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (type $write)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param i32)))
  (memory (export "memory") 2 16)
  (table 4 4 funcref)
  (global $__stack_pointer (mut i32) (i32.const 66560))
  (elem (i32.const 1) func $_ZN4core3fmt5Write9write_fmt17h1234567890abcdefE $_ZN3app4mainEv)
  (func $_start (export "_start")
    i32.const 1 i32.const 0 i32.const 1 i32.const 16 call $fd_write
    call $proc_exit)
  (func $_ZN4core3fmt5Write9write_fmt17h1234567890abcdefE (param i32) (result i32)
    local.get 0 i32.const 1 i32.add i32.const 2 i32.mul i32.const 3 i32.sub)
  (func $_ZN3app4mainEv nop)
  (data (i32.const 1024) "hello, world\n")
  (data $zeros (i32.const 2048) "\00\00\00\00"))
