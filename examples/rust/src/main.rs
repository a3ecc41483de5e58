//! Conway's Game of Life on a small torus: `life [GENERATIONS]`.

mod world;

use std::process::ExitCode;

use world::World;

/// A glider, the smallest pattern that travels.
const GLIDER: &str = "
.#......
..#.....
###.....
........
........
........
";

fn main() -> ExitCode {
    let generations = match std::env::args().nth(1).map(|text| text.parse()) {
        None => 4,
        Some(Ok(number)) => number,
        Some(Err(_)) => {
            eprintln!("usage: life [GENERATIONS]");
            return ExitCode::from(2);
        }
    };
    let mut world = World::parse(GLIDER);
    for _ in 0..generations {
        world = world.next();
    }
    print!("{world}");
    println!("{} alive after {generations} generations", world.alive());
    ExitCode::SUCCESS
}
