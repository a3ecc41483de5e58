;; All that helps a debugger, and a start function.
(module $with_debug
  (func $init (local $count i32) nop)
  (start $init)
  (@custom ".debug_info" "0123456789")
  (@custom ".debug_line" "01234")
  (@custom "external_debug_info" "\0aapp.dwarf\0a")
  (@custom "sourceMappingURL" "\1bhttps://example.com/a.map/b")
  (@custom "build_id" "\04\de\ad\be\ef"))
