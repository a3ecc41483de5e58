;; One import of each kind of host.
(module
  (import "wasi_unstable" "fd_write" (func (param i32 i32 i32 i32) (result i32)))
  (import "wasi" "thread-spawn" (func (param i32) (result i32)))
  (import "wasi:cli/stdout@0.2.0" "get-stdout" (func (result i32)))
  (import "wasi:io/streams@0.2.0" "[resource-drop]output-stream" (func (param i32)))
  (import "acme:shop/cart@1.0.0" "add" (func (param i32)))
  (import "wasm:js-string" "length" (func (param externref) (result i32)))
  (import "env" "napi_throw" (func (param i32 i32) (result i32)))
  (import "env" "log" (func (param i32)))
  (import "physics" "gravity" (func (result f64)))
  (func $_initialize (export "_initialize")))
