import * as Dropdown from '@radix-ui/react-dropdown-menu';
import { Check } from 'lucide-react';
import { useTexts } from '../i18n/index.js';
import { MenuLine } from '../ui/menu.js';
import { type Effort, EFFORTS } from './effort.js';

interface Props {
  value: Effort | null;
  onChange(effort: Effort | null): void;
}

const OWN = 'own';

/** In the menu of the models: how much the one that is asked is to think. */
export function EffortChoice({ value, onChange }: Props) {
  const { effort } = useTexts();
  return (
    <>
      <MenuLine />
      <Dropdown.RadioGroup
        aria-label={effort.title}
        value={value ?? OWN}
        onValueChange={(chosen) => onChange(EFFORTS.find((one) => one === chosen) ?? null)}
      >
        <div className="menu-label" aria-hidden>
          {effort.title}
        </div>
        {([OWN, ...EFFORTS] as const).map((one) => (
          <Dropdown.RadioItem key={one} className="menu-item" value={one}>
            <span>{effort[one]}</span>
            <Dropdown.ItemIndicator>
              <Check size={16} />
            </Dropdown.ItemIndicator>
          </Dropdown.RadioItem>
        ))}
      </Dropdown.RadioGroup>
    </>
  );
}
