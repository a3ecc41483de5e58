;; Prints the SHA-256 of standard input in hexadecimal, like `sha256sum` (FIPS 180-4).
;; A WASI command: it reads with fd_read, writes with fd_write, and keeps 64 KiB of
;; input in memory at a time.
;;
;; Memory, in bytes:
;;      0  the read or written span: address, length      8  how many bytes came or went
;;     16  the state: eight words                         64  the block being filled
;;    128  the schedule: 64 words                        384  the round constants
;;    640  the digits                                    704  the text to write
;;  65536  what was read
(module
  (import "wasi_snapshot_preview1" "fd_read"
    (func $fd_read (param $fd i32) (param $spans i32) (param $count i32) (param $got i32) (result i32)))
  (import "wasi_snapshot_preview1" "fd_write"
    (func $fd_write (param $fd i32) (param $spans i32) (param $count i32) (param $put i32) (result i32)))
  (import "wasi_snapshot_preview1" "proc_exit" (func $proc_exit (param $code i32)))

  (memory (export "memory") 2)

  ;; The first 32 bits of the fractions of the square roots of the first 8 primes.
  (data (i32.const 16)
    "\67\e6\09\6a" "\85\ae\67\bb" "\72\f3\6e\3c" "\3a\f5\4f\a5"
    "\7f\52\0e\51" "\8c\68\05\9b" "\ab\d9\83\1f" "\19\cd\e0\5b")
  ;; The same of the cube roots of the first 64 primes.
  (data (i32.const 384)
    "\98\2f\8a\42" "\91\44\37\71" "\cf\fb\c0\b5" "\a5\db\b5\e9"
    "\5b\c2\56\39" "\f1\11\f1\59" "\a4\82\3f\92" "\d5\5e\1c\ab"
    "\98\aa\07\d8" "\01\5b\83\12" "\be\85\31\24" "\c3\7d\0c\55"
    "\74\5d\be\72" "\fe\b1\de\80" "\a7\06\dc\9b" "\74\f1\9b\c1"
    "\c1\69\9b\e4" "\86\47\be\ef" "\c6\9d\c1\0f" "\cc\a1\0c\24"
    "\6f\2c\e9\2d" "\aa\84\74\4a" "\dc\a9\b0\5c" "\da\88\f9\76"
    "\52\51\3e\98" "\6d\c6\31\a8" "\c8\27\03\b0" "\c7\7f\59\bf"
    "\f3\0b\e0\c6" "\47\91\a7\d5" "\51\63\ca\06" "\67\29\29\14"
    "\85\0a\b7\27" "\38\21\1b\2e" "\fc\6d\2c\4d" "\13\0d\38\53"
    "\54\73\0a\65" "\bb\0a\6a\76" "\2e\c9\c2\81" "\85\2c\72\92"
    "\a1\e8\bf\a2" "\4b\66\1a\a8" "\70\8b\4b\c2" "\a3\51\6c\c7"
    "\19\e8\92\d1" "\24\06\99\d6" "\85\35\0e\f4" "\70\a0\6a\10"
    "\16\c1\a4\19" "\08\6c\37\1e" "\4c\77\48\27" "\b5\bc\b0\34"
    "\b3\0c\1c\39" "\4a\aa\d8\4e" "\4f\ca\9c\5b" "\f3\6f\2e\68"
    "\ee\82\8f\74" "\6f\63\a5\78" "\14\78\c8\84" "\08\02\c7\8c"
    "\fa\ff\be\90" "\eb\6c\50\a4" "\f7\a3\f9\be" "\f2\78\71\c6")
  (data (i32.const 640) "0123456789abcdef")

  (global $total (mut i64) (i64.const 0)) ;; bytes hashed so far
  (global $filled (mut i32) (i32.const 0)) ;; bytes in the block

  ;; The message is big-endian, WebAssembly is little-endian.
  (func $swap (param $x i32) (result i32)
    (i32.or
      (i32.and (i32.rotl (local.get $x) (i32.const 8)) (i32.const 0x00ff00ff))
      (i32.and (i32.rotr (local.get $x) (i32.const 8)) (i32.const 0xff00ff00))))

  (func $sigma0 (param $x i32) (result i32)
    (i32.xor
      (i32.xor (i32.rotr (local.get $x) (i32.const 7)) (i32.rotr (local.get $x) (i32.const 18)))
      (i32.shr_u (local.get $x) (i32.const 3))))

  (func $sigma1 (param $x i32) (result i32)
    (i32.xor
      (i32.xor (i32.rotr (local.get $x) (i32.const 17)) (i32.rotr (local.get $x) (i32.const 19)))
      (i32.shr_u (local.get $x) (i32.const 10))))

  (func $sum0 (param $x i32) (result i32)
    (i32.xor
      (i32.xor (i32.rotr (local.get $x) (i32.const 2)) (i32.rotr (local.get $x) (i32.const 13)))
      (i32.rotr (local.get $x) (i32.const 22))))

  (func $sum1 (param $x i32) (result i32)
    (i32.xor
      (i32.xor (i32.rotr (local.get $x) (i32.const 6)) (i32.rotr (local.get $x) (i32.const 11)))
      (i32.rotr (local.get $x) (i32.const 25))))

  (func $choose (param $x i32) (param $y i32) (param $z i32) (result i32)
    (i32.xor
      (local.get $z)
      (i32.and (local.get $x) (i32.xor (local.get $y) (local.get $z)))))

  (func $majority (param $x i32) (param $y i32) (param $z i32) (result i32)
    (i32.or
      (i32.and (local.get $x) (local.get $y))
      (i32.and (local.get $z) (i32.or (local.get $x) (local.get $y)))))

  ;; Spreads the block's 16 words over the 64 of the schedule.
  (func $schedule
    (local $at i32)
    (loop $copy
      (i32.store offset=128 (local.get $at)
        (call $swap (i32.load offset=64 (local.get $at))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $copy (i32.lt_u (local.get $at) (i32.const 64))))
    (loop $extend
      ;; w[t] = sigma1(w[t-2]) + w[t-7] + sigma0(w[t-15]) + w[t-16]
      (i32.store offset=128 (local.get $at)
        (i32.add
          (i32.add
            (call $sigma1 (i32.load offset=120 (local.get $at)))
            (i32.load offset=100 (local.get $at)))
          (i32.add
            (call $sigma0 (i32.load offset=68 (local.get $at)))
            (i32.load offset=64 (local.get $at)))))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $extend (i32.lt_u (local.get $at) (i32.const 256)))))

  ;; Adds a value to one word of the state.
  (func $add (param $at i32) (param $value i32)
    (i32.store offset=16 (local.get $at)
      (i32.add (i32.load offset=16 (local.get $at)) (local.get $value))))

  ;; Mixes the block into the state.
  (func $compress
    (local $a i32) (local $b i32) (local $c i32) (local $d i32)
    (local $e i32) (local $f i32) (local $g i32) (local $h i32)
    (local $t1 i32) (local $t2 i32) (local $at i32)
    (call $schedule)
    (local.set $a (i32.load offset=16 (i32.const 0)))
    (local.set $b (i32.load offset=16 (i32.const 4)))
    (local.set $c (i32.load offset=16 (i32.const 8)))
    (local.set $d (i32.load offset=16 (i32.const 12)))
    (local.set $e (i32.load offset=16 (i32.const 16)))
    (local.set $f (i32.load offset=16 (i32.const 20)))
    (local.set $g (i32.load offset=16 (i32.const 24)))
    (local.set $h (i32.load offset=16 (i32.const 28)))
    (loop $round
      (local.set $t1
        (i32.add
          (i32.add
            (i32.add (local.get $h) (call $sum1 (local.get $e)))
            (call $choose (local.get $e) (local.get $f) (local.get $g)))
          (i32.add
            (i32.load offset=384 (local.get $at))
            (i32.load offset=128 (local.get $at)))))
      (local.set $t2
        (i32.add
          (call $sum0 (local.get $a))
          (call $majority (local.get $a) (local.get $b) (local.get $c))))
      (local.set $h (local.get $g))
      (local.set $g (local.get $f))
      (local.set $f (local.get $e))
      (local.set $e (i32.add (local.get $d) (local.get $t1)))
      (local.set $d (local.get $c))
      (local.set $c (local.get $b))
      (local.set $b (local.get $a))
      (local.set $a (i32.add (local.get $t1) (local.get $t2)))
      (local.set $at (i32.add (local.get $at) (i32.const 4)))
      (br_if $round (i32.lt_u (local.get $at) (i32.const 256))))
    (call $add (i32.const 0) (local.get $a))
    (call $add (i32.const 4) (local.get $b))
    (call $add (i32.const 8) (local.get $c))
    (call $add (i32.const 12) (local.get $d))
    (call $add (i32.const 16) (local.get $e))
    (call $add (i32.const 20) (local.get $f))
    (call $add (i32.const 24) (local.get $g))
    (call $add (i32.const 28) (local.get $h)))

  ;; Puts one byte into the block, and mixes the block in when it is full.
  (func $push (param $byte i32)
    (i32.store8 offset=64 (global.get $filled) (local.get $byte))
    (global.set $filled (i32.add (global.get $filled) (i32.const 1)))
    (if (i32.eq (global.get $filled) (i32.const 64))
      (then
        (call $compress)
        (global.set $filled (i32.const 0)))))

  (func $update (param $from i32) (param $length i32)
    (local $end i32)
    (global.set $total
      (i64.add (global.get $total) (i64.extend_i32_u (local.get $length))))
    (local.set $end (i32.add (local.get $from) (local.get $length)))
    (block $done
      (loop $next
        (br_if $done (i32.eq (local.get $from) (local.get $end)))
        (call $push (i32.load8_u (local.get $from)))
        (local.set $from (i32.add (local.get $from) (i32.const 1)))
        (br $next))))

  ;; Padding: one bit, zeros up to 56 bytes of a block, the length in bits.
  (func $finish
    (local $shift i64)
    (call $push (i32.const 0x80))
    (loop $pad
      (if (i32.ne (global.get $filled) (i32.const 56))
        (then
          (call $push (i32.const 0))
          (br $pad))))
    (local.set $shift (i64.const 64))
    (loop $length
      (local.set $shift (i64.sub (local.get $shift) (i64.const 8)))
      (call $push
        (i32.wrap_i64
          (i64.shr_u
            (i64.shl (global.get $total) (i64.const 3))
            (local.get $shift))))
      (br_if $length (i64.ne (local.get $shift) (i64.const 0)))))

  ;; Writes the state's 256 bits as 64 digits and a line end to the text.
  (func $print
    (local $digit i32)
    (loop $next
      (i32.store8 offset=704 (local.get $digit)
        (i32.load8_u offset=640
          (i32.and
            (i32.shr_u
              (i32.load offset=16
                (i32.and (i32.shr_u (local.get $digit) (i32.const 1)) (i32.const 28)))
              (i32.mul
                (i32.sub (i32.const 7) (i32.and (local.get $digit) (i32.const 7)))
                (i32.const 4)))
            (i32.const 15))))
      (local.set $digit (i32.add (local.get $digit) (i32.const 1)))
      (br_if $next (i32.lt_u (local.get $digit) (i32.const 64))))
    (i32.store8 offset=704 (local.get $digit) (i32.const 10)))

  (func (export "_start")
    (block $end
      (loop $read
        (i32.store (i32.const 0) (i32.const 65536))
        (i32.store (i32.const 4) (i32.const 65536))
        (if (call $fd_read (i32.const 0) (i32.const 0) (i32.const 1) (i32.const 8))
          (then (call $proc_exit (i32.const 1))))
        (br_if $end (i32.eqz (i32.load (i32.const 8))))
        (call $update (i32.const 65536) (i32.load (i32.const 8)))
        (br $read)))
    (call $finish)
    (call $print)
    (i32.store (i32.const 0) (i32.const 704))
    (i32.store (i32.const 4) (i32.const 65))
    (if (call $fd_write (i32.const 1) (i32.const 0) (i32.const 1) (i32.const 8))
      (then (call $proc_exit (i32.const 1))))))
