import * as Dropdown from '@radix-ui/react-dropdown-menu';
import { useQuery } from '@tanstack/react-query';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import type { ModelDetails } from '../../../src/contract/ask.js';
import { type Endpoint, readEndpoints } from '../api/endpoints.js';
import { useTexts } from '../i18n/index.js';
import { Menu } from '../ui/menu.js';
import type { Effort } from './effort.js';
import { EffortChoice } from './effort-choice.js';

export interface ModelChoice {
  endpoint: string;
  model: string | null;
}

export function useEndpoints(): Endpoint[] | undefined {
  return useQuery({
    queryKey: ['endpoints'],
    queryFn: ({ signal }) => readEndpoints(signal),
    staleTime: 5 * 60_000,
  }).data;
}

/** Where a provider does not tell its models, its default one can be had all the same. */
export function modelsOf({ models, defaultModel }: Endpoint): (string | null)[] {
  return models.length > 0 ? models : [defaultModel];
}

/** What is known of the model that is asked; undefined: nothing is. */
export function detailsOf(endpoints: Endpoint[] | undefined, choice: ModelChoice | null): ModelDetails | undefined {
  const endpoint = endpoints?.find(({ name }) => name === choice?.endpoint);
  return endpoint?.details.get(choice?.model ?? endpoint.defaultModel ?? '');
}

/** The remembered choice, if there still is one of that name; else the first provider's default. */
export function validChoice(endpoints: Endpoint[] | undefined, wanted: ModelChoice | null): ModelChoice | null {
  const endpoint = endpoints?.find(({ name }) => name === wanted?.endpoint) ?? endpoints?.[0];
  if (!endpoint) return wanted;
  const knows =
    wanted?.endpoint === endpoint.name && (modelsOf(endpoint).includes(wanted.model) || wanted.model === null);
  return { endpoint: endpoint.name, model: knows ? wanted.model : endpoint.defaultModel };
}

interface ModelMenuProps {
  trigger: ReactNode;
  endpoints: Endpoint[];
  value: ModelChoice | null;
  onChange(choice: ModelChoice): void;
  /** What else is chosen there. */
  children?: ReactNode;
}

/** All models, by provider; `value` is marked. */
export function ModelMenu({ trigger, endpoints, value, onChange, children }: ModelMenuProps) {
  const named = (endpoint: string, model: string | null) => JSON.stringify([endpoint, model]);
  return (
    <Menu align="start" side="top" trigger={trigger}>
      <Dropdown.RadioGroup
        value={value ? named(value.endpoint, value.model) : ''}
        onValueChange={(chosen) => {
          const [endpoint, model] = JSON.parse(chosen) as [string, string | null];
          onChange({ endpoint, model });
        }}
      >
        {endpoints.map((endpoint) => (
          <div key={endpoint.name} role="group" aria-label={endpoint.label}>
            <div className="menu-label" aria-hidden>
              {endpoint.label}
            </div>
            {modelsOf(endpoint).map((model) => (
              <Dropdown.RadioItem key={model} className="menu-item" value={named(endpoint.name, model)}>
                <span>{model ?? endpoint.label}</span>
                <Dropdown.ItemIndicator>
                  <Check size={16} />
                </Dropdown.ItemIndicator>
              </Dropdown.RadioItem>
            ))}
          </div>
        ))}
      </Dropdown.RadioGroup>
      {children}
    </Menu>
  );
}

interface Props {
  endpoints: Endpoint[] | undefined;
  value: ModelChoice | null;
  onChange(choice: ModelChoice): void;
  effort: Effort | null;
  onEffort(effort: Effort | null): void;
}

/** Which model is asked, and how much it is to think where it can be told so. */
export function ModelPicker({ endpoints = [], value, onChange, effort, onEffort }: Props) {
  const texts = useTexts();
  const canThink = detailsOf(endpoints, value)?.reasoning ?? false;
  const current = endpoints.find(({ name }) => name === value?.endpoint);
  const name = value?.model ?? current?.label ?? value?.endpoint ?? '…';
  const label = canThink && effort !== null ? `${name} · ${texts.effort[effort]}` : name;
  return (
    <ModelMenu
      endpoints={endpoints}
      value={value}
      onChange={onChange}
      trigger={
        <button type="button" className="picker" aria-label={`${texts.chat.model}: ${label}`}>
          <span>{label}</span>
          <ChevronDown size={15} />
        </button>
      }
    >
      {canThink && <EffortChoice value={effort} onChange={onEffort} />}
    </ModelMenu>
  );
}
