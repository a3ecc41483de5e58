/** A longer list slows a browser down. */
export const MOST = 300;

/** The last entry of a filtered list: what it leaves out. */
export function More({ shown }: { shown: number }) {
  if (shown && shown <= MOST) return null;
  return (
    <li class="px-4 py-2 text-soft">
      {shown ? `${shown - MOST} more; the filter finds them.` : 'Nothing fits the filter.'}
    </li>
  );
}
