;; What emcc leaves at -O2 and above: names are letters.
(module
  (import "a" "a" (func (param i32)))
  (import "a" "b" (func (param i32 i32) (result i32)))
  (memory (export "c") 258 258)
  (func (export "d"))
  (func (export "e") (param i32) (result i32) local.get 0))
