;; A component that imports and exports interfaces, with a core module and a
;; component inside.
(component
  (import "wasi:cli/environment@0.2.3" (instance $env
    (export "get-arguments" (func (result (list string))))
    (export "initial-cwd" (func (result (option string))))))
  (import "acme:shop/cart@1.0.0" (instance $cart
    (type $fault' (variant (case "empty") (case "broken" string)))
    (export "fault" (type $fault (eq $fault')))
    (export "item" (type $item (sub resource)))
    (export "[method]item.price" (func (param "self" (borrow $item))
      (result (result u64 (error $fault)))))
    (export "add" (func (param "what" (own $item)) (param "times" u32)
      (result (tuple u32 (list u8)))))))
  (import "log" (func (param "text" string)))
  (core module $main
    (@producers (language "Rust" "2024"))
    (memory (export "memory") 1)
    (func (export "realloc") (param i32 i32 i32 i32) (result i32) i32.const 0)
    (func $double (export "double") (param i32) (result i32) local.get 0 local.get 0 i32.add)
    (func $run (export "run") (result i32) i32.const 0))
  (core instance $main (instantiate $main))
  (func $double (param "number" u32) (result u32) (canon lift (core func $main "double")))
  (func $run (result (result)) (canon lift (core func $main "run")))
  (component $inner
    (core module (func (export "x"))))
  (instance $run-interface (export "run" (func $run)))
  (export "wasi:cli/run@0.2.3" (instance $run-interface))
  (export "double" (func $double))
  (@producers (processed-by "wit-component" "0.230.0")))
