/// Which parts to show; none chosen means all.
#[derive(Debug, Clone, Copy, Default, clap::Args)]
#[command(next_help_heading = "Show only")]
pub(super) struct Show {
    /// What it is, its size, who made it, what it makes use of
    #[arg(long)]
    overview: bool,
    /// What a host has to give, and who does
    #[arg(long)]
    host: bool,
    /// What it exports
    #[arg(long)]
    exports: bool,
    /// What it imports
    #[arg(long)]
    imports: bool,
    /// The largest functions
    #[arg(long)]
    functions: bool,
    /// Modules and components inside a component
    #[arg(long)]
    nested: bool,
    /// Sections, with their sizes
    #[arg(long)]
    sections: bool,
    /// Custom sections
    #[arg(long)]
    custom: bool,
    /// Memories
    #[arg(long)]
    memories: bool,
    /// Tables
    #[arg(long)]
    tables: bool,
    /// Globals
    #[arg(long)]
    globals: bool,
    /// Tags of exceptions
    #[arg(long)]
    tags: bool,
    /// Data segments
    #[arg(long)]
    data: bool,
    /// Element segments
    #[arg(long)]
    elements: bool,
    /// Types
    #[arg(long)]
    types: bool,
}

/// A part of what there is to show.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    Overview,
    Host,
    Exports,
    Imports,
    Functions,
    Nested,
    Sections,
    Custom,
    Memories,
    Tables,
    Globals,
    Tags,
    Data,
    Elements,
    Types,
}

impl Show {
    fn chosen(&self) -> [(Part, bool); 15] {
        [
            (Part::Overview, self.overview),
            (Part::Host, self.host),
            (Part::Exports, self.exports),
            (Part::Imports, self.imports),
            (Part::Functions, self.functions),
            (Part::Nested, self.nested),
            (Part::Sections, self.sections),
            (Part::Custom, self.custom),
            (Part::Memories, self.memories),
            (Part::Tables, self.tables),
            (Part::Globals, self.globals),
            (Part::Tags, self.tags),
            (Part::Data, self.data),
            (Part::Elements, self.elements),
            (Part::Types, self.types),
        ]
    }

    /// Whether the user chose parts.
    pub(super) fn narrowed(&self) -> bool {
        self.chosen().iter().any(|(_, on)| *on)
    }

    /// Whether to show a part.
    pub(super) fn has(&self, part: Part) -> bool {
        !self.narrowed() || self.chosen().contains(&(part, true))
    }
}
