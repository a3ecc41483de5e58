;; What Go leaves for GOOS=js.
(module
  (@producers (language "Go" "go1.26.5") (processed-by "Go cmd/compile" "go1.26.5"))
  (import "gojs" "runtime.wasmExit" (func (param i32)))
  (import "gojs" "syscall/js.valueGet" (func (param i32)))
  (memory (export "mem") 17)
  (func (export "run") (param i32 i32))
  (func (export "resume"))
  (func (export "getsp") (result i32) i32.const 0))
