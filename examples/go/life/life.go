// Package life is Conway's game of life on a torus.
package life

import (
	"strings"
	"sync"
)

// World is one generation.
type World struct {
	width int
	rows  [][]bool
}

// Parse reads a world from lines in which # is a living cell. It is as wide as
// the longest line.
func Parse(text string) World {
	lines := strings.Split(strings.TrimRight(text, "\r\n"), "\n")
	world := World{}
	for _, line := range lines {
		world.width = max(world.width, len(strings.TrimRight(line, "\r")))
	}
	for _, line := range lines {
		row := make([]bool, world.width)
		for x := range min(len(line), world.width) {
			row[x] = line[x] == '#'
		}
		world.rows = append(world.rows, row)
	}
	return world
}

// Next is the generation after this one. Each row is made by a goroutine of its
// own.
func (world World) Next() World {
	next := World{width: world.width, rows: make([][]bool, len(world.rows))}
	var group sync.WaitGroup
	for y := range world.rows {
		group.Add(1)
		go func() {
			defer group.Done()
			next.rows[y] = world.row(y)
		}()
	}
	group.Wait()
	return next
}

// row is what becomes of a row.
func (world World) row(y int) []bool {
	row := make([]bool, world.width)
	for x := range row {
		neighbours := world.around(x, y)
		row[x] = neighbours == 3 || (neighbours == 2 && world.rows[y][x])
	}
	return row
}

// around counts the living neighbours of a cell.
func (world World) around(x, y int) (count int) {
	height := len(world.rows)
	for dy := -1; dy <= 1; dy++ {
		for dx := -1; dx <= 1; dx++ {
			row := world.rows[(y+dy+height)%height]
			if (dx != 0 || dy != 0) && row[(x+dx+world.width)%world.width] {
				count++
			}
		}
	}
	return count
}

// Living counts the living cells.
func (world World) Living() (count int) {
	for _, row := range world.rows {
		for _, lives := range row {
			if lives {
				count++
			}
		}
	}
	return count
}

// String draws the world as Parse reads it.
func (world World) String() string {
	var text strings.Builder
	for _, row := range world.rows {
		for _, lives := range row {
			if lives {
				text.WriteByte('#')
			} else {
				text.WriteByte('.')
			}
		}
		text.WriteByte('\n')
	}
	return text.String()
}
