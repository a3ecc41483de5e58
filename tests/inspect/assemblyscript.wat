;; What asc leaves, with its runtime exported.
(module
  (import "env" "abort" (func $~lib/builtins/abort (param i32 i32 i32 i32)))
  (import "env" "seed" (func (result f64)))
  (global (export "__rtti_base") i32 (i32.const 1280))
  (memory (export "memory") 1)
  (func $assembly/index/add (export "add") (param i32 i32) (result i32)
    local.get 0 local.get 1 i32.add)
  (@custom "sourceMappingURL" "\10release.wasm.map"))
