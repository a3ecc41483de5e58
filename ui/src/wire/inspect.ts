/** The parts of an `inspect --format json` document that the pages show. */

export interface ImportItem {
  module: string;
  name: string;
  kind: string;
  index: number;
  type: string;
}

export interface ExportItem {
  name: string;
  kind: string;
  index: number;
  type: string | null;
}

export interface HostGroup {
  id: string;
  title: string;
  provider: string;
  items: { module: string | null; name: string }[];
}

export interface Tool {
  name: string;
  version: string;
}

export interface LargeFunction {
  index: number;
  name: string | null;
  symbol: string | null;
  offset: number;
  size: number;
}

export interface MemoryItem {
  index: number;
  imported: boolean;
  initial_pages: number;
  maximum_pages: number | null;
  page_size: number;
  shared: boolean;
  memory64: boolean;
}

export interface SectionItem {
  id: number;
  name: string;
  custom: string | null;
  offset: number;
  size: number;
}

export interface CustomSection {
  name: string;
  offset: number;
  size: number;
}

/** An interface, a function or a type that a component gives or wants. */
export interface ComponentItem {
  name: string;
  kind: string;
  functions?: { name: string; type: string }[];
}

interface Described {
  kind: 'module' | 'component';
  size: number;
  offset: number;
  role: { kind: string; because: string } | null;
  origins: { tool: string; because: string }[];
  producers: { languages: Tool[]; processed_by: Tool[]; sdks: Tool[] } | null;
  proposals: string[];
  host: HostGroup[];
  sections: SectionItem[];
  custom_sections: CustomSection[];
  debug: { dwarf_sections: number; dwarf_size: number } | null;
}

export interface CoreModule extends Described {
  kind: 'module';
  start: { index: number; name: string | null } | null;
  functions: {
    imported: number;
    declared: number;
    defined: number;
    code_size: number;
    largest: LargeFunction[];
  };
  imports: ImportItem[];
  exports: ExportItem[];
  memories: MemoryItem[];
}

export interface Component extends Described {
  kind: 'component';
  imports: ComponentItem[];
  exports: ComponentItem[];
  modules: Described[];
  components: Described[];
}

interface Judged {
  schema_version: number;
  file: string;
  valid: boolean;
  invalid: { message: string; offset: number } | null;
  gzip_size: number | null;
  brotli_size: number | null;
}

export type ModuleInfo = Judged & (CoreModule | Component);
