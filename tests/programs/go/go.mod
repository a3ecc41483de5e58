module wasmrun.test/programs

go 1.24
