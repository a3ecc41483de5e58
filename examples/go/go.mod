module example.org/life

go 1.24
