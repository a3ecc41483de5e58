import type { ComponentChildren } from 'preact';

interface Props {
  /** Without titles the columns explain themselves. */
  heads?: string[];
  rows: { key: string | number; title?: string; cells: ComponentChildren[] }[];
  /** Columns of numbers, which stand at the right. */
  numbers?: number[];
}

export function Table({ heads, rows, numbers = [] }: Props) {
  const style = (at: number) => (numbers.includes(at) ? 'number' : undefined);
  return (
    <table class="table">
      {heads && (
        <thead>
          <tr>
            {heads.map((head, at) => (
              <th key={head} scope="col" class={style(at)}>
                {head}
              </th>
            ))}
          </tr>
        </thead>
      )}
      <tbody>
        {rows.map(({ key, title, cells }) => (
          <tr key={key} title={title}>
            {cells.map((cell, at) => (
              <td key={at} class={style(at)}>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
