;; What TinyGo leaves for WASI.
(module
  (import "wasi_snapshot_preview1" "fd_write" (func $runtime.fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 2)
  (func $runtime.alloc (param i32) (result i32) i32.const 0)
  (func $tinygo_launch)
  (func $_start (export "_start")))
