;; What wasm-bindgen leaves, with imports from its own JavaScript.
(module
  (import "./app_bg.js" "__wbg_log_0123456789abcdef" (func (param i32 i32)))
  (import "./app_bg.js" "__wbindgen_throw" (func (param i32 i32)))
  (import "./app_bg.js" "memory_view" (func (result i32)))
  (memory (export "memory") 17)
  (func (export "greet") (param i32 i32))
  (func (export "__wbindgen_malloc") (param i32 i32) (result i32) i32.const 0))
