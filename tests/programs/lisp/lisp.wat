;; A Lisp in WebAssembly's own objects: pairs, symbols, functions and strings are
;; structs and arrays that the collector frees. It reads expressions from standard
;; input, and prints what each of them is.
(module
  (import "wasi_snapshot_preview1" "fd_read" (func $fd_read (param i32 i32 i32 i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write" (func $fd_write (param i32 i32 i32 i32) (result i32)))
  (memory (export "memory") 4)

  (type $text (array (mut i8)))
  (type $symbol (struct (field $name (ref $text))))
  (type $value (struct (field $symbol (ref $symbol)) (field $is (mut (ref null eq)))))
  (type $number (struct (field $value i64)))
  (type $pair (struct (field $first (mut (ref null eq))) (field $rest (mut (ref null eq)))))
  ;; Names and what they are, the innermost first.
  (type $scope (struct
    (field $bound (ref $symbol))
    (field $as (mut (ref null eq)))
    (field $outer (ref null $scope))))
  (type $builtin (func (param (ref null eq) (ref null eq)) (result (ref null eq))))
  (type $primitive (struct (field $code (ref $builtin))))
  (type $lambda (struct
    (field $parameters (ref null eq))
    (field $body (ref null eq))
    (field $scope (ref null $scope))))
  (type $symbols (array (mut (ref null $symbol))))

  (tag $error (param (ref $text) (ref null eq)))

  (data $words "quoteifdefinelambdalettbeginset!+-*<=carcdrconsnull?pair?eq?unboundno functionno numberno pairerror: end of input")

  (global $known (ref $symbols) (array.new_default $symbols (i32.const 512)))
  (global $count (mut i32) (i32.const 0))
  (global $globals (mut (ref null $scope)) (ref.null $scope))
  (global $quote (mut (ref null $symbol)) (ref.null $symbol))
  (global $if (mut (ref null $symbol)) (ref.null $symbol))
  (global $define (mut (ref null $symbol)) (ref.null $symbol))
  (global $lambda_word (mut (ref null $symbol)) (ref.null $symbol))
  (global $let (mut (ref null $symbol)) (ref.null $symbol))
  (global $t (mut (ref null $symbol)) (ref.null $symbol))
  (global $begin (mut (ref null $symbol)) (ref.null $symbol))
  (global $set (mut (ref null $symbol)) (ref.null $symbol))

  (elem declare func $add $sub $mul $less $equal $first $rest $cons $is_null $is_pair $is_same)

  ;; Input and output. Bytes from 16 on are the input, from 131072 on the output.
  (global $at (mut i32) (i32.const 0))
  (global $end (mut i32) (i32.const 0))
  (global $out (mut i32) (i32.const 131072))

  (func $peek (result i32)
    (if (i32.eq (global.get $at) (global.get $end))
      (then
        (i32.store (i32.const 0) (i32.const 16))
        (i32.store (i32.const 4) (i32.const 65536))
        (drop (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8)))
        (global.set $at (i32.const 16))
        (global.set $end (i32.add (i32.const 16) (i32.load (i32.const 8))))
        (if (i32.eqz (i32.load (i32.const 8))) (then (return (i32.const -1))))))
    (i32.load8_u (global.get $at)))

  (func $skip (global.set $at (i32.add (global.get $at) (i32.const 1))))

  (func $flush
    (i32.store (i32.const 0) (i32.const 131072))
    (i32.store (i32.const 4) (i32.sub (global.get $out) (i32.const 131072)))
    (drop (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8)))
    (global.set $out (i32.const 131072)))

  (func $put (param $byte i32)
    (i32.store8 (global.get $out) (local.get $byte))
    (global.set $out (i32.add (global.get $out) (i32.const 1)))
    (if (i32.gt_u (global.get $out) (i32.const 262000)) (then (call $flush))))

  (func $put_text (param $text (ref $text)) (local $n i32)
    (block $done
      (loop $again
        (br_if $done (i32.ge_u (local.get $n) (array.len (local.get $text))))
        (call $put (array.get_u $text (local.get $text) (local.get $n)))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (br $again))))

  (func $put_number (param $n i64)
    (if (i64.lt_s (local.get $n) (i64.const 0))
      (then (call $put (i32.const 45)) (local.set $n (i64.sub (i64.const 0) (local.get $n)))))
    (if (i64.ge_u (local.get $n) (i64.const 10))
      (then (call $put_number (i64.div_u (local.get $n) (i64.const 10)))))
    (call $put (i32.add (i32.const 48) (i32.wrap_i64 (i64.rem_u (local.get $n) (i64.const 10))))))

  ;; Symbols, of which there is one for each name.
  (func $same (param $a (ref $text)) (param $b (ref $text)) (result i32) (local $n i32)
    (if (i32.ne (array.len (local.get $a)) (array.len (local.get $b))) (then (return (i32.const 0))))
    (loop $again
      (if (i32.eq (local.get $n) (array.len (local.get $a))) (then (return (i32.const 1))))
      (if (i32.ne (array.get_u $text (local.get $a) (local.get $n)) (array.get_u $text (local.get $b) (local.get $n)))
        (then (return (i32.const 0))))
      (local.set $n (i32.add (local.get $n) (i32.const 1)))
      (br $again))
    (unreachable))

  (func $intern (param $name (ref $text)) (result (ref $symbol)) (local $n i32) (local $new (ref $symbol))
    (loop $again
      (if (i32.lt_u (local.get $n) (global.get $count))
        (then
          (local.set $new (ref.as_non_null (array.get $symbols (global.get $known) (local.get $n))))
          (if (call $same (local.get $name) (struct.get $symbol $name (local.get $new)))
            (then (return (local.get $new))))
          (local.set $n (i32.add (local.get $n) (i32.const 1)))
          (br $again))))
    (local.set $new (struct.new $symbol (local.get $name)))
    (array.set $symbols (global.get $known) (global.get $count) (local.get $new))
    (global.set $count (i32.add (global.get $count) (i32.const 1)))
    (local.get $new))

  (func $word (param $from i32) (param $length i32) (result (ref $symbol))
    (call $intern (array.new_data $text $words (local.get $from) (local.get $length))))

  (func $message (param $from i32) (param $length i32) (result (ref $text))
    (array.new_data $text $words (local.get $from) (local.get $length)))

  ;; Small numbers are references themselves, large ones are objects.
  (func $wrap (param $n i64) (result (ref null eq))
    (if (i64.eq (local.get $n) (i64.shr_s (i64.shl (local.get $n) (i64.const 33)) (i64.const 33)))
      (then (return (ref.i31 (i32.wrap_i64 (local.get $n))))))
    (struct.new $number (local.get $n)))

  (func $unwrap (param $x (ref null eq)) (result i64)
    (block $small (result (ref i31))
      (br_on_cast $small (ref null eq) (ref i31) (local.get $x))
      (block $large (param (ref null eq)) (result (ref $number))
        (br_on_cast $large (ref null eq) (ref $number))
        (drop)
        (throw $error (call $message (i32.const 78) (i32.const 9)) (local.get $x)))
      (return (struct.get $number $value)))
    (i64.extend_i32_s (i31.get_s)))

  (func $pair (param $x (ref null eq)) (result (ref $pair))
    (block $no (result (ref null eq))
      (return (br_on_cast_fail $no (ref null eq) (ref $pair) (local.get $x))))
    (drop)
    (throw $error (call $message (i32.const 87) (i32.const 7)) (local.get $x)))

  (func $car (param $x (ref null eq)) (result (ref null eq))
    (struct.get $pair $first (call $pair (local.get $x))))
  (func $cdr (param $x (ref null eq)) (result (ref null eq))
    (struct.get $pair $rest (call $pair (local.get $x))))
  (func $cadr (param $x (ref null eq)) (result (ref null eq)) (call $car (call $cdr (local.get $x))))
  (func $truth (param i32) (result (ref null eq))
    (if (result (ref null eq)) (local.get 0) (then (global.get $t)) (else (ref.null eq))))

  ;; What is there from the start. Each gets its first two arguments.
  (func $add (type $builtin) (call $wrap (i64.add (call $unwrap (local.get 0)) (call $unwrap (local.get 1)))))
  (func $sub (type $builtin) (call $wrap (i64.sub (call $unwrap (local.get 0)) (call $unwrap (local.get 1)))))
  (func $mul (type $builtin) (call $wrap (i64.mul (call $unwrap (local.get 0)) (call $unwrap (local.get 1)))))
  (func $less (type $builtin) (call $truth (i64.lt_s (call $unwrap (local.get 0)) (call $unwrap (local.get 1)))))
  (func $equal (type $builtin) (call $truth (i64.eq (call $unwrap (local.get 0)) (call $unwrap (local.get 1)))))
  (func $first (type $builtin) (call $car (local.get 0)))
  (func $rest (type $builtin) (call $cdr (local.get 0)))
  (func $cons (type $builtin) (struct.new $pair (local.get 0) (local.get 1)))
  (func $is_null (type $builtin) (call $truth (ref.is_null (local.get 0))))
  (func $is_pair (type $builtin) (call $truth (ref.test (ref $pair) (local.get 0))))
  (func $is_same (type $builtin) (call $truth (ref.eq (local.get 0) (local.get 1))))

  ;; Scopes.
  (func $find (param $name (ref $symbol)) (param $scope (ref null $scope)) (result (ref null $scope))
    (loop $again
      (if (ref.is_null (local.get $scope)) (then (return (ref.null $scope))))
      (if (ref.eq (local.get $name) (struct.get $scope $bound (local.get $scope)))
        (then (return (local.get $scope))))
      (local.set $scope (struct.get $scope $outer (local.get $scope)))
      (br $again))
    (unreachable))

  (func $look_up (param $name (ref $symbol)) (param $scope (ref null $scope)) (result (ref $scope))
    (block $missing
      (return (br_on_null $missing (call $find (local.get $name) (local.get $scope)))))
    (block $missing
      (return (br_on_null $missing (call $find (local.get $name) (global.get $globals)))))
    (throw $error (call $message (i32.const 60) (i32.const 7)) (local.get $name)))

  (func $let_global (param $name (ref $symbol)) (param $value (ref null eq)) (local $old (ref null $scope))
    (local.set $old (call $find (local.get $name) (global.get $globals)))
    (if (ref.is_null (local.get $old))
      (then (global.set $globals (struct.new $scope (local.get $name) (local.get $value) (global.get $globals))))
      (else (struct.set $scope $as (local.get $old) (local.get $value)))))

  ;; The values of a list of expressions.
  (func $each (param $list (ref null eq)) (param $scope (ref null $scope)) (result (ref null eq))
    (if (ref.is_null (local.get $list)) (then (return (ref.null eq))))
    (struct.new $pair
      (call $eval (call $car (local.get $list)) (local.get $scope))
      (call $each (call $cdr (local.get $list)) (local.get $scope))))

  ;; The value of the last of some expressions but one, which is left to do.
  (func $all_but_last (param $list (ref null eq)) (param $scope (ref null $scope)) (result (ref null eq))
    (loop $again
      (if (ref.is_null (call $cdr (local.get $list))) (then (return (call $car (local.get $list)))))
      (drop (call $eval (call $car (local.get $list)) (local.get $scope)))
      (local.set $list (call $cdr (local.get $list)))
      (br $again))
    (unreachable))

  (func $eval (param $x (ref null eq)) (param $scope (ref null $scope)) (result (ref null eq))
    (local $list (ref $pair)) (local $head (ref null eq)) (local $rest (ref null eq)) (local $function (ref null eq))
    (local $lambda (ref $lambda)) (local $names (ref null eq)) (local $inner (ref null $scope))
    (loop $again
      (block $other (result (ref null eq))
        (block $name (result (ref $symbol))
          (br_on_cast $name (ref null eq) (ref $symbol) (local.get $x))
          (br_on_cast_fail $other (ref null eq) (ref $pair))
          (local.set $list)
          (local.set $head (struct.get $pair $first (local.get $list)))
          (local.set $rest (struct.get $pair $rest (local.get $list)))
          (if (ref.eq (local.get $head) (global.get $quote)) (then (return (call $car (local.get $rest)))))
          (if (ref.eq (local.get $head) (global.get $if))
            (then
              (local.set $x
                (if (result (ref null eq)) (ref.is_null (call $eval (call $car (local.get $rest)) (local.get $scope)))
                  (then (call $cadr (call $cdr (local.get $rest))))
                  (else (call $cadr (local.get $rest)))))
              (br $again)))
          (if (ref.eq (local.get $head) (global.get $define))
            (then
              (call $let_global (ref.cast (ref $symbol) (call $car (local.get $rest)))
                (call $eval (call $cadr (local.get $rest)) (local.get $scope)))
              (return (call $car (local.get $rest)))))
          (if (ref.eq (local.get $head) (global.get $set))
            (then
              (local.set $x (call $eval (call $cadr (local.get $rest)) (local.get $scope)))
              (struct.set $scope $as
                (call $look_up (ref.cast (ref $symbol) (call $car (local.get $rest))) (local.get $scope))
                (local.get $x))
              (return (local.get $x))))
          (if (ref.eq (local.get $head) (global.get $lambda_word))
            (then (return (struct.new $lambda (call $car (local.get $rest)) (call $cdr (local.get $rest)) (local.get $scope)))))
          (if (ref.eq (local.get $head) (global.get $begin))
            (then
              (local.set $x (call $all_but_last (local.get $rest) (local.get $scope)))
              (br $again)))
          (if (ref.eq (local.get $head) (global.get $let))
            (then
              (local.set $names (call $car (local.get $rest)))
              (local.set $inner (local.get $scope))
              (block $bound
                (loop $next
                  (br_if $bound (ref.is_null (local.get $names)))
                  (local.set $inner (struct.new $scope
                    (ref.cast (ref $symbol) (call $car (call $car (local.get $names))))
                    (call $eval (call $cadr (call $car (local.get $names))) (local.get $scope))
                    (local.get $inner)))
                  (local.set $names (call $cdr (local.get $names)))
                  (br $next)))
              (local.set $scope (local.get $inner))
              (local.set $x (call $all_but_last (call $cdr (local.get $rest)) (local.get $scope)))
              (br $again)))
          (local.set $function (call $eval (local.get $head) (local.get $scope)))
          (local.set $rest (call $each (local.get $rest) (local.get $scope)))
          (block $primitive (result (ref $primitive))
            (br_on_cast $primitive (ref null eq) (ref $primitive) (local.get $function))
            (block $no (result (ref null eq))
              (br_on_cast_fail $no (ref null eq) (ref $lambda) (local.get $function))
              (drop)
              (local.set $lambda (ref.cast (ref $lambda) (local.get $function)))
              (local.set $names (struct.get $lambda $parameters (local.get $lambda)))
              (local.set $inner (struct.get $lambda $scope (local.get $lambda)))
              (block $bound
                (loop $next
                  (br_if $bound (ref.is_null (local.get $names)))
                  (local.set $inner (struct.new $scope
                    (ref.cast (ref $symbol) (call $car (local.get $names)))
                    (call $car (local.get $rest))
                    (local.get $inner)))
                  (local.set $names (call $cdr (local.get $names)))
                  (local.set $rest (call $cdr (local.get $rest)))
                  (br $next)))
              (local.set $scope (local.get $inner))
              (local.set $x (call $all_but_last (struct.get $lambda $body (local.get $lambda)) (local.get $scope)))
              (br $again))
            (drop)
            (throw $error (call $message (i32.const 67) (i32.const 11)) (local.get $function)))
          (drop)
          (return (call $apply (ref.cast (ref $primitive) (local.get $function)) (local.get $rest))))
        (return (struct.get $scope $as (call $look_up (local.get $scope)))))
      (return))
    (unreachable))

  (func $apply (param $primitive (ref $primitive)) (param $args (ref null eq)) (result (ref null eq))
    (local $second (ref null eq))
    (if (i32.eqz (ref.is_null (call $cdr (local.get $args))))
      (then (local.set $second (call $cadr (local.get $args)))))
    (call_ref $builtin
      (call $car (local.get $args)) (local.get $second)
      (struct.get $primitive $code (local.get $primitive))))

  ;; Reading.
  (func $blank (local $c i32)
    (block $done
      (loop $again
        (local.set $c (call $peek))
        (br_if $done (i32.lt_s (local.get $c) (i32.const 0)))
        (br_if $done (i32.gt_u (local.get $c) (i32.const 32)))
        (call $skip)
        (br $again))))

  (func $read (result (ref null eq)) (local $c i32)
    (call $blank)
    (local.set $c (call $peek))
    (if (i32.lt_s (local.get $c) (i32.const 0))
      (then (throw $error (call $message (i32.const 101) (i32.const 12)) (ref.null eq))))
    (if (i32.eq (local.get $c) (i32.const 40)) (then (call $skip) (return (call $read_rest))))
    (if (i32.eq (local.get $c) (i32.const 39))
      (then
        (call $skip)
        (return (struct.new $pair (global.get $quote) (struct.new $pair (call $read) (ref.null eq))))))
    (call $read_atom))

  (func $read_rest (result (ref null eq)) (local $first (ref null eq))
    (call $blank)
    (if (i32.eq (call $peek) (i32.const 41)) (then (call $skip) (return (ref.null eq))))
    (local.set $first (call $read))
    (struct.new $pair (local.get $first) (call $read_rest)))

  (func $read_atom (result (ref null eq))
    (local $text (ref $text)) (local $name (ref $text)) (local $n i32) (local $c i32) (local $value i64) (local $digits i32)
    (local.set $text (array.new_default $text (i32.const 64)))
    (block $done
      (loop $again
        (local.set $c (call $peek))
        (br_if $done (i32.le_s (local.get $c) (i32.const 32)))
        (br_if $done (i32.eq (local.get $c) (i32.const 40)))
        (br_if $done (i32.eq (local.get $c) (i32.const 41)))
        (array.set $text (local.get $text) (local.get $n) (local.get $c))
        (local.set $n (i32.add (local.get $n) (i32.const 1)))
        (if (i32.lt_u (i32.sub (local.get $c) (i32.const 48)) (i32.const 10))
          (then
            (local.set $digits (i32.add (local.get $digits) (i32.const 1)))
            (local.set $value (i64.add
              (i64.mul (local.get $value) (i64.const 10))
              (i64.extend_i32_u (i32.sub (local.get $c) (i32.const 48)))))))
        (call $skip)
        (br $again)))
    (if (i32.and (i32.gt_u (local.get $digits) (i32.const 0)) (i32.eq (local.get $digits) (local.get $n)))
      (then (return (call $wrap (local.get $value)))))
    (local.set $name (array.new_default $text (local.get $n)))
    (array.copy $text $text (local.get $name) (i32.const 0) (local.get $text) (i32.const 0) (local.get $n))
    (call $intern (local.get $name)))

  ;; Printing.
  (func $print (param $x (ref null eq)) (local $list (ref $pair))
    (if (ref.is_null (local.get $x)) (then (call $put (i32.const 40)) (call $put (i32.const 41)) (return)))
    (if (ref.test (ref $symbol) (local.get $x))
      (then (call $put_text (struct.get $symbol $name (ref.cast (ref $symbol) (local.get $x)))) (return)))
    (if (i32.or (ref.test (ref i31) (local.get $x)) (ref.test (ref $number) (local.get $x)))
      (then (call $put_number (call $unwrap (local.get $x))) (return)))
    (if (i32.eqz (ref.test (ref $pair) (local.get $x))) (then (call $put (i32.const 42)) (return)))
    (call $put (i32.const 40))
    (loop $again
      (local.set $list (ref.cast (ref $pair) (local.get $x)))
      (call $print (struct.get $pair $first (local.get $list)))
      (local.set $x (struct.get $pair $rest (local.get $list)))
      (if (ref.test (ref $pair) (local.get $x)) (then (call $put (i32.const 32)) (br $again))))
    (if (i32.eqz (ref.is_null (local.get $x)))
      (then (call $put (i32.const 46)) (call $print (local.get $x))))
    (call $put (i32.const 41)))

  (func $give (param $from i32) (param $length i32) (param $code (ref $builtin))
    (call $let_global (call $word (local.get $from) (local.get $length)) (struct.new $primitive (local.get $code))))

  (func $prepare
    (global.set $quote (call $word (i32.const 0) (i32.const 5)))
    (global.set $if (call $word (i32.const 5) (i32.const 2)))
    (global.set $define (call $word (i32.const 7) (i32.const 6)))
    (global.set $lambda_word (call $word (i32.const 13) (i32.const 6)))
    (global.set $let (call $word (i32.const 19) (i32.const 3)))
    (global.set $t (call $word (i32.const 22) (i32.const 1)))
    (global.set $begin (call $word (i32.const 23) (i32.const 5)))
    (global.set $set (call $word (i32.const 28) (i32.const 4)))
    (call $let_global (ref.as_non_null (global.get $t)) (global.get $t))
    (call $give (i32.const 32) (i32.const 1) (ref.func $add))
    (call $give (i32.const 33) (i32.const 1) (ref.func $sub))
    (call $give (i32.const 34) (i32.const 1) (ref.func $mul))
    (call $give (i32.const 35) (i32.const 1) (ref.func $less))
    (call $give (i32.const 36) (i32.const 1) (ref.func $equal))
    (call $give (i32.const 37) (i32.const 3) (ref.func $first))
    (call $give (i32.const 40) (i32.const 3) (ref.func $rest))
    (call $give (i32.const 43) (i32.const 4) (ref.func $cons))
    (call $give (i32.const 47) (i32.const 5) (ref.func $is_null))
    (call $give (i32.const 52) (i32.const 5) (ref.func $is_pair))
    (call $give (i32.const 57) (i32.const 3) (ref.func $is_same)))

  (func (export "_start") (local $what (ref null eq))
    (call $prepare)
    (loop $again
      (call $blank)
      (if (i32.lt_s (call $peek) (i32.const 0)) (then (call $flush) (return)))
      (block $failed (result (ref $text) (ref null eq))
        (try_table (catch $error $failed)
          (call $print (call $eval (call $read) (ref.null $scope))))
        (call $put (i32.const 10))
        (br $again))
      (local.set $what)
      (call $put_text (call $message (i32.const 94) (i32.const 7)))
      (call $put_text)
      (call $put (i32.const 32))
      (call $print (local.get $what))
      (call $put (i32.const 10))
      (br $again))))
