;; A library for a dynamic loader.
(module
  (@dylink.0
    (mem-info (memory 1040 4) (table 2 0))
    (needed "libm.so" "libc.so"))
  (import "env" "memory" (memory 0))
  (import "env" "__memory_base" (global i32))
  (import "env" "__table_base" (global i32))
  (import "env" "__indirect_function_table" (table 2 funcref))
  (import "GOT.mem" "errno" (global (mut i32)))
  (func (export "add") (param i32 i32) (result i32) local.get 0 local.get 1 i32.add)
  (elem (global.get 1) func 0)
  (data (global.get 0) "data"))
