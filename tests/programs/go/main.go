// Goroutines, files and much of the standard library, with the same result
// each time.
package main

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"sort"
	"strings"
	"sync"
	"sync/atomic"
	"text/template"
	"time"
)

func sieve(limit int) []int {
	numbers := make(chan int)
	go func(out chan<- int) {
		for i := 2; ; i++ {
			out <- i
		}
	}(numbers)
	var primes []int
	for {
		prime := <-numbers
		if prime > limit {
			return primes
		}
		primes = append(primes, prime)
		next := make(chan int)
		go func(in <-chan int, out chan<- int, prime int) {
			for i := range in {
				if i%prime != 0 {
					out <- i
				}
			}
		}(numbers, next, prime)
		numbers = next
	}
}

func workers() (int64, map[int]int) {
	var group sync.WaitGroup
	var total atomic.Int64
	var lock sync.Mutex
	seen := map[int]int{}
	jobs := make(chan int, 16)
	for worker := 0; worker < 50; worker++ {
		group.Add(1)
		go func() {
			defer group.Done()
			for job := range jobs {
				total.Add(int64(job * job))
				lock.Lock()
				seen[job%3]++
				lock.Unlock()
			}
		}()
	}
	for job := 1; job <= 3000; job++ {
		jobs <- job
	}
	close(jobs)
	group.Wait()
	return total.Load(), seen
}

func timers() {
	start := time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Millisecond)
	defer cancel()
	order := make(chan string, 3)
	for _, wait := range []int{20, 10, 15} {
		go func() {
			time.Sleep(time.Duration(wait) * time.Millisecond)
			order <- fmt.Sprint(wait)
		}()
	}
	for i := 0; i < 3; i++ {
		fmt.Print(<-order, " ")
	}
	<-ctx.Done()
	fmt.Println(ctx.Err(), time.Since(start) >= 30*time.Millisecond)
}

func files() error {
	if err := os.MkdirAll("tree/a/b", 0o755); err != nil {
		return err
	}
	for i := 0; i < 300; i++ {
		name := fmt.Sprintf("tree/a/file %03d.txt", i)
		if err := os.WriteFile(name, bytes.Repeat([]byte{byte('a' + i%26)}, i), 0o644); err != nil {
			return err
		}
	}
	if err := os.Rename("tree/a/file 000.txt", "tree/a/b/été"); err != nil {
		return err
	}
	if err := os.Symlink("b/été", "tree/a/link"); err != nil {
		return err
	}
	hash := sha256.New()
	count := 0
	err := filepath.WalkDir("tree", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		count++
		fmt.Fprintln(hash, path, entry.Type())
		if entry.Type().IsRegular() {
			file, err := os.Open(path)
			if err != nil {
				return err
			}
			defer file.Close()
			_, err = io.Copy(hash, file)
			return err
		}
		return nil
	})
	target, _ := os.Readlink("tree/a/link")
	fmt.Printf("%d entries, %x, %s\n", count, hash.Sum(nil)[:8], target)
	if err != nil {
		return err
	}
	file, err := os.OpenFile("log.txt", os.O_CREATE|os.O_APPEND|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	defer file.Close()
	fmt.Fprintln(file, "first")
	fmt.Fprintln(file, "second")
	file.Seek(0, io.SeekStart)
	scanner := bufio.NewScanner(file)
	for scanner.Scan() {
		fmt.Print(strings.ToUpper(scanner.Text()), " ")
	}
	file.Truncate(5)
	info, _ := file.Stat()
	fmt.Println(info.Size(), info.Name(), info.Mode().IsRegular())
	_, err = os.Stat("missing")
	fmt.Println(errors.Is(err, fs.ErrNotExist), os.Mkdir("tree", 0o755) != nil, os.Remove("tree") != nil)
	return os.RemoveAll("tree")
}

func recovered() (said string) {
	defer func() { said = fmt.Sprint(recover()) }()
	var none []int
	return fmt.Sprint(none[len(os.Args)])
}

func main() {
	fmt.Println(os.Args[1:], os.Getenv("WORD"))
	if len(os.Args) > 1 && os.Args[1] == "panic" {
		var nothing map[string]int
		nothing["x"] = 1
	}
	if len(os.Args) > 1 && os.Args[1] == "deadlock" {
		<-make(chan int)
	}
	primes := sieve(500)
	fmt.Println(len(primes), primes[len(primes)-5:])
	fmt.Println(workers())
	timers()
	if err := files(); err != nil {
		fmt.Println("files:", err)
		os.Exit(4)
	}
	fmt.Println(recovered())

	input, _ := io.ReadAll(os.Stdin)
	words := regexp.MustCompile(`\p{L}+`).FindAllString(string(input), -1)
	sort.Slice(words, func(i, j int) bool { return len(words[i]) > len(words[j]) || len(words[i]) == len(words[j]) && words[i] < words[j] })
	fmt.Println(words)
	var packed bytes.Buffer
	writer := gzip.NewWriter(&packed)
	writer.Write(bytes.Repeat(input, 100))
	writer.Close()
	reader, _ := gzip.NewReader(&packed)
	length, err := io.Copy(io.Discard, reader)
	fmt.Println(length, err)
	factorial := new(big.Int).MulRange(1, 60)
	fmt.Println(factorial, new(big.Int).ModInverse(big.NewInt(3), big.NewInt(1_000_003)))
	text, _ := json.Marshal(map[string]any{"pi": 3.14159, "list": []int{1, 2}, "null": nil})
	fmt.Println(string(text))
	template.Must(template.New("t").Parse("{{range $i, $w := .}}{{$i}}={{$w}};{{end}}\n")).Execute(os.Stdout, words[:2])
	fmt.Println(time.Unix(1_700_000_000, 0).UTC().Format(time.RFC1123))
	fmt.Fprintln(os.Stderr, "to standard error")
	os.Exit(3)
}
