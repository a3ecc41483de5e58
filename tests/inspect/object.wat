;; An object file, as clang -c leaves it.
(module
  (@custom "linking" "\02")
  (import "env" "__linear_memory" (memory 0))
  (func (param i32) (result i32) local.get 0))
