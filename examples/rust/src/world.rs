use std::fmt;

/// A grid of cells whose edges meet.
pub struct World {
    width: usize,
    cells: Vec<bool>,
}

impl World {
    /// Reads lines of equal length in which `#` is alive.
    pub fn parse(text: &str) -> Self {
        let lines = text.trim();
        Self {
            width: lines.lines().next().map_or(1, str::len),
            cells: lines
                .lines()
                .flat_map(str::bytes)
                .map(|cell| cell == b'#')
                .collect(),
        }
    }

    /// The world one generation later.
    pub fn next(&self) -> Self {
        let cells = (0..self.cells.len())
            .map(|at| matches!((self.cells[at], self.neighbours(at)), (true, 2) | (_, 3)));
        Self {
            width: self.width,
            cells: cells.collect(),
        }
    }

    pub fn alive(&self) -> usize {
        self.cells.iter().filter(|&&cell| cell).count()
    }

    fn neighbours(&self, at: usize) -> usize {
        let (width, height) = (self.width, self.cells.len() / self.width);
        let (row, column) = (at / width, at % width);
        let rows = [row + height - 1, row, row + 1];
        let columns = [column + width - 1, column, column + 1];
        let around = rows
            .iter()
            .flat_map(|row| columns.map(|column| row % height * width + column % width));
        around
            .filter(|&other| other != at && self.cells[other])
            .count()
    }
}

impl fmt::Display for World {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        for row in self.cells.chunks(self.width) {
            let line: String = row
                .iter()
                .map(|&cell| if cell { '#' } else { '.' })
                .collect();
            writeln!(out, "{line}")?;
        }
        Ok(())
    }
}
