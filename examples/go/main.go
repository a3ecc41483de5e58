// Command life plays Conway's game of life on a torus.
//
//	life [PATTERN] [GENERATIONS]
//
// PATTERN is the name of a pattern that is built in, or - for one on standard
// input: lines in which # is a living cell.
package main

import (
	"embed"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"example.org/life/life"
)

//go:embed patterns/*.txt
var patterns embed.FS

func main() {
	if err := run(os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "life:", err)
		os.Exit(1)
	}
}

func run(args []string) error {
	name, generations := "glider", 4
	if len(args) > 0 {
		name = args[0]
	}
	if len(args) > 1 {
		number, err := strconv.Atoi(args[1])
		if err != nil || number < 0 {
			return fmt.Errorf("%q is no number of generations", args[1])
		}
		generations = number
	}
	text, err := read(name)
	if err != nil {
		return err
	}
	world := life.Parse(text)
	for range generations {
		world = world.Next()
	}
	fmt.Print(world)
	fmt.Printf("%d cells after %d generations\n", world.Living(), generations)
	return nil
}

func read(name string) (string, error) {
	if name == "-" {
		text, err := io.ReadAll(os.Stdin)
		return string(text), err
	}
	text, err := patterns.ReadFile("patterns/" + name + ".txt")
	if err != nil {
		return "", fmt.Errorf("no pattern %q; there are %s", name, strings.Join(names(), ", "))
	}
	return string(text), nil
}

func names() (names []string) {
	entries, _ := patterns.ReadDir("patterns")
	for _, entry := range entries {
		names = append(names, strings.TrimSuffix(entry.Name(), ".txt"))
	}
	return names
}
