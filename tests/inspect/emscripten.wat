;; What emcc leaves at -O1: names are whole, its JavaScript gives `env`.
(module
  (import "env" "emscripten_resize_heap" (func (param i32) (result i32)))
  (import "env" "_abort_js" (func))
  (import "wasi_snapshot_preview1" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 258 258)
  (table (export "__indirect_function_table") 1 1 funcref)
  (func (export "__wasm_call_ctors"))
  (func (export "main") (param i32 i32) (result i32) i32.const 0)
  (func (export "_emscripten_stack_restore") (param i32)))
