import * as Dropdown from '@radix-ui/react-dropdown-menu';
import { useQuery } from '@tanstack/react-query';
import { Check, ChevronDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { call } from '../api/client.js';
import type { Endpoint, Page } from '../api/types.js';
import { useTexts } from '../i18n/index.js';
import { Menu } from '../ui/menu.js';

export interface ModelChoice {
  endpoint: string;
  model: string | null;
}

export function useEndpoints(): Endpoint[] | undefined {
  return useQuery({
    queryKey: ['endpoints'],
    queryFn: async ({ signal }) => (await call<Page<Endpoint>>('GET', '/api/endpoints', { signal })).items,
    staleTime: 5 * 60_000,
  }).data;
}

/** Where a provider does not tell its models, its default one can be had all the same. */
export function modelsOf({ models, defaultModel }: Endpoint): (string | null)[] {
  return models.length > 0 ? models : [defaultModel];
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
}

/** All models, by provider; `value` is marked. */
export function ModelMenu({ trigger, endpoints, value, onChange }: ModelMenuProps) {
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
    </Menu>
  );
}

interface Props {
  endpoints: Endpoint[] | undefined;
  value: ModelChoice | null;
  onChange(choice: ModelChoice): void;
}

export function ModelPicker({ endpoints = [], value, onChange }: Props) {
  const texts = useTexts();
  const current = endpoints.find(({ name }) => name === value?.endpoint);
  const label = value?.model ?? current?.label ?? value?.endpoint ?? '…';
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
    />
  );
}
