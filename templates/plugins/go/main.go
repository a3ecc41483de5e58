// A plugin of wasmrun: it builds main.{{name}}, a module that is written down in
// hex digits, with comments after a semicolon. Put your compiler in the place of
// assemble.
package main

import (
	"bufio"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"
	"unicode/utf8"
)

const (
	name    = "{{name}}"
	version = "0.1.0"
	entry   = "main.{{name}}"
)

type fields map[string]any

// request is what the host asks; what a frame does not have is empty.
type request struct {
	Type     string  `json:"type"`
	Key      string  `json:"s"`
	Versions []int   `json:"v"`
	ID       *uint64 `json:"id"`
	Target   uint64  `json:"target"`
	Project  string  `json:"project"`
	Entry    string  `json:"entry"`
	Name     string  `json:"name"`
	Stage    string  `json:"stage"`

	unreadable error
	cancelled  chan struct{}
}

var (
	errFailed    = errors.New("failed")
	errCancelled = errors.New("cancelled")
)

// host is the conversation. A goroutine reads, so that a build can be cancelled.
type host struct {
	output  *os.File
	key     string
	writing sync.Mutex

	cancels  sync.Map // of channels, by the request's id
	requests chan *request
}

func (h *host) send(kind string, rest fields) {
	frame := fields{"s": h.key, "type": kind}
	for key, value := range rest {
		frame[key] = value
	}
	line, err := json.Marshal(frame)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	h.writing.Lock()
	defer h.writing.Unlock()
	h.output.Write(append(line, '\n'))
}

func (h *host) read(input *bufio.Reader) {
	for {
		line, err := input.ReadBytes('\n')
		if err != nil {
			break
		}
		ask := &request{cancelled: make(chan struct{})}
		// What can be read of it is there after an error too.
		ask.unreadable = json.Unmarshal(line, ask)
		switch {
		case ask.Type == "hello":
			h.key = ask.Key
			h.send("hello", fields{"v": 1, "name": name, "version": version,
				"features": []string{"cancel", "ping"}})
			if !slices.Contains(ask.Versions, 1) {
				os.Exit(0)
			}
		case ask.Type == "cancel":
			h.cancel(ask.Target)
		case ask.ID == nil:
		case ask.Type == "ping":
			h.send("pong", fields{"id": *ask.ID})
		default:
			h.cancels.Store(*ask.ID, ask.cancelled)
			h.requests <- ask
		}
	}
	// The host has gone: what runs has a second to end.
	h.cancels.Range(func(id, _ any) bool {
		h.cancel(id.(uint64))
		return true
	})
	close(h.requests)
	time.Sleep(time.Second)
	os.Exit(1)
}

func (h *host) cancel(id uint64) {
	if cancelled, open := h.cancels.LoadAndDelete(id); open {
		close(cancelled.(chan struct{}))
	}
}

func (h *host) answer(ask *request) (fields, error) {
	if ask.unreadable != nil {
		return nil, ask.unreadable
	}
	file := ask.Entry
	if file == "" {
		file = entry
	}
	source := filepath.Join(ask.Project, filepath.FromSlash(file))
	switch ask.Type {
	case "info":
		return fields{"info": fields{
			"schema": 1, "name": name, "version": version, "protocol": []int{1}, "level": 1,
			"extensions": []string{name}, "entry": []string{entry}, "example": "example",
			"detect": fields{"all": []string{entry}, "score": 60},
		}}, nil
	case "detect":
		if _, err := os.Stat(filepath.Join(ask.Project, entry)); err != nil {
			return fields{"match": nil}, nil
		}
		return fields{"match": fields{"score": 60, "why": entry, "entry": entry}}, nil
	case "check":
		return fields{"missing": []string{}}, nil
	case "validate":
		_, err := h.assemble(ask, source, file)
		return nil, err
	case "build":
		module, err := h.assemble(ask, source, file)
		if err != nil {
			return nil, err
		}
		return h.store(ask, module, file)
	case "clean":
		return fields{"removed": []string{}}, nil
	case "shutdown":
		return nil, nil
	}
	return nil, errors.ErrUnsupported
}

// assemble gives the bytes of a source; each word that is not hex is told of.
func (h *host) assemble(ask *request, source, file string) ([]byte, error) {
	text, err := os.ReadFile(source)
	if err != nil {
		return nil, err
	}
	module, good := []byte{}, true
	for number, line := range strings.Split(string(text), "\n") {
		select {
		case <-ask.cancelled:
			return nil, errCancelled
		default:
		}
		code, _, _ := strings.Cut(line, ";")
		at := 0
		for _, word := range strings.Fields(code) {
			at += strings.Index(code[at:], word)
			bytes, err := hex.DecodeString(word)
			if err != nil {
				good = false
				column := utf8.RuneCountInString(code[:at]) + 1
				h.send("diagnostic", fields{"id": *ask.ID, "severity": "error", "file": file,
					"message": fmt.Sprintf("`%s` is not pairs of hex digits", word),
					"span": fields{"start": []int{number + 1, column},
						"end": []int{number + 1, column + utf8.RuneCountInString(word)}}})
			}
			module = append(module, bytes...)
			at += len(word)
		}
	}
	if !good {
		return nil, errFailed
	}
	return module, nil
}

func (h *host) store(ask *request, module []byte, file string) (fields, error) {
	output := ask.Name
	if output == "" {
		output = "module"
	}
	output += ".wasm"
	inputs, err := json.Marshal(fields{"files": []string{file}})
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(ask.Stage, output), module, 0o644); err != nil {
		return nil, err
	}
	if err := os.WriteFile(filepath.Join(ask.Stage, "inputs.json"), inputs, 0o644); err != nil {
		return nil, err
	}
	h.send("artifact", fields{"id": *ask.ID, "kind": "wasm", "path": output, "size": len(module)})
	return fields{"inputs_file": "inputs.json"}, nil
}

func main() {
	if len(os.Args) < 2 || os.Args[1] != "--wasmrun-plugin" {
		fmt.Fprintf(os.Stderr, "a plugin of wasmrun; to use it: wasmrun plugin install %s\n", os.Args[0])
		os.Exit(2)
	}
	h := &host{output: os.Stdout, requests: make(chan *request, 64)}
	os.Stdout = os.Stderr // prints go to standard error from here on
	go h.read(bufio.NewReader(os.Stdin))
	for ask := range h.requests {
		rest, err := h.answer(ask)
		if rest == nil {
			rest = fields{}
		}
		rest["id"], rest["status"] = *ask.ID, "ok"
		switch {
		case err == nil:
		case errors.Is(err, errFailed), errors.Is(err, errCancelled):
			rest["status"] = err.Error()
		case errors.Is(err, errors.ErrUnsupported):
			rest["status"] = "unsupported"
		default:
			rest["status"] = "error"
			rest["error"] = fields{"code": "io", "blame": "project", "message": err.Error()}
		}
		h.cancels.Delete(*ask.ID)
		h.send("result", rest)
		if ask.Type == "shutdown" {
			return
		}
	}
}
