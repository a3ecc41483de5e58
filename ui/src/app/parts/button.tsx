import type { ComponentChildren } from 'preact';
import { Icon, type IconName } from './icon';

interface Props {
  children?: ComponentChildren;
  icon?: IconName;
  /** `main` stands out, `bare` has no frame. */
  look?: 'main' | 'bare';
  submit?: boolean;
  disabled?: boolean;
  title?: string;
  /** For buttons that show a picture alone. */
  label?: string;
  onClick?: () => void;
}

export function Button({ children, icon, look, submit, disabled, title, label, onClick }: Props) {
  return (
    <button
      type={submit ? 'submit' : 'button'}
      class={`button ${look ? `button-${look}` : ''}`}
      disabled={disabled}
      title={title ?? label}
      aria-label={label}
      onClick={onClick}
    >
      {icon && <Icon name={icon} />}
      {children}
    </button>
  );
}
