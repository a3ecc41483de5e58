;; What rustc leaves before wasm-bindgen has seen it.
(module
  (@custom "__wasm_bindgen_unstable" "\00")
  (import "__wbindgen_placeholder__" "__wbindgen_describe" (func (param i32)))
  (func (export "greet")))
