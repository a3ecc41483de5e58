interface Props {
  /** What is filtered. */
  what: string;
  value: string;
  set(value: string): void;
}

export function Filter({ what, value, set }: Props) {
  const name = `Filter ${what}`;
  return (
    <div class="border-b border-line p-3">
      <input
        class="field"
        type="search"
        aria-label={name}
        placeholder={name}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </div>
  );
}
