import { basename } from 'node:path';
import { type Cache, cacheOver } from '../../libs/cache/index.js';
import type { DeploymentCall } from '../../libs/models/balanced.model.js';
import type { Model, ModelName } from '../../libs/models/index.js';
import type { ProviderConnection } from '../../libs/models/provider-client.js';
import type { EndpointSettings } from '../../libs/models/provider-model.js';
import { cacheStores } from '../cache/cache.module.js';
import { Config } from '../config/config.js';
import { deploymentName, type Endpoint } from '../config/endpoints-file.js';

const OPENAI_URL = 'https://api.openai.com/v1';
const ANTHROPIC_URL = 'https://api.anthropic.com/v1';

/** Told of each call to one of several deployments of an endpoint. */
export type OnDeploymentCall = (endpoint: string, call: DeploymentCall) => void;

/** The address of one server, and its share of the calls. */
interface WeightedSettings extends EndpointSettings {
  deployment: string;
  weight: number;
}

/**
 * One model for each configured endpoint, in the order in which they are offered: OpenAI, Anthropic, those of the YAML
 * file, and the demo last. What isn't configured isn't loaded.
 */
export async function configuredModels(config: Config, cache: Cache, onCall?: OnDeploymentCall): Promise<Model[]> {
  const connection = connectionOf(config);
  const openAiCompatible = async (settings: EndpointSettings) => {
    const { OpenAiCompatibleModel } = await import('../../libs/models/openai-compatible.model.js');
    return new OpenAiCompatibleModel(settings, connection, cache);
  };
  const fromFile = async (endpoint: Endpoint) => {
    const { name, maxConcurrent } = endpoint;
    const places = deploymentsOf(endpoint, config);
    if (!places) return openAiCompatible(settingsOf(endpoint, endpoint.baseURL!, config));
    const { BalancedModel } = await import('../../libs/models/balanced.model.js');
    const deployments = await Promise.all(
      places.map(async ({ deployment, weight, ...settings }) => {
        return { name: deployment, weight, model: await openAiCompatible(settings) };
      }),
    );
    const label = endpoint.label ?? name;
    return new BalancedModel({ name, label, maxConcurrent, deployments, onCall: (call) => onCall?.(name, call) });
  };
  const anthropic = async (settings: EndpointSettings) => {
    const { AnthropicModel } = await import('../../libs/models/anthropic.model.js');
    return new AnthropicModel(settings, connection, cache);
  };
  const demo = async () => {
    const { DemoModel } = await import('../../libs/models/demo.model.js');
    const { DEMO_TEXT: text, DEMO_TOKENS: tokens, DEMO_TOKENS_PER_SECOND: tokensPerSecond } = config;
    return new DemoModel({ text, tokens, tokensPerSecond });
  };
  return Promise.all([
    ...openAiEndpoints(config).map(openAiCompatible),
    ...anthropicEndpoints(config).map(anthropic),
    ...config.endpoints.map(fromFile),
    ...(config.DEMO ? [demo()] : []),
  ]);
}

/** What may be asked in the place of each endpoint, by its name. */
export function configuredFallbacks({ endpoints }: Config): Map<string, readonly ModelName[]> {
  return new Map(endpoints.map(({ name, fallbacks = [] }) => [name, fallbacks]));
}

/**
 * One model for each endpoint, and for each deployment of one, which asks its provider for the list: what the configuration
 * names is left aside.
 */
export async function askedModels(config: Config): Promise<Model[]> {
  const endpoints = config.endpoints.flatMap((endpoint): Endpoint[] => {
    const single = { ...endpoint, models: undefined };
    return (
      deploymentsOf(single, config)?.map(({ name, label, baseURL, apiKey, headers, deployment }) => {
        return { name: `${name}.${deployment}`, label, baseURL, apiKey, headers };
      }) ?? [single]
    );
  });
  const unnamed = { OPENAI_MODELS: undefined, ANTHROPIC_MODELS: undefined };
  const asking = new Config({ ...config, ...unnamed, endpoints });
  // In memory: that Redis is away is not the providers' fault.
  return configuredModels(asking, cacheOver(await cacheStores.memory()));
}

function openAiEndpoints(config: Config): EndpointSettings[] {
  const { OPENAI_API_KEY: apiKey, OPENAI_BASE_URL: baseURL, OPENAI_MODELS: models } = config;
  if (!apiKey && !baseURL) return [];
  // The address may be anybody's who speaks like OpenAI.
  const label = baseURL ? 'OpenAI-compatible' : 'OpenAI';
  const keyFrom = 'OPENAI_API_KEY';
  return [{ name: 'openAI', label, baseURL: baseURL ?? OPENAI_URL, apiKey, models: named(models), keyFrom }];
}

function anthropicEndpoints(config: Config): EndpointSettings[] {
  const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseURL = ANTHROPIC_URL, ANTHROPIC_MODELS: models } = config;
  if (!apiKey && !config.ANTHROPIC_BASE_URL) return [];
  const keyFrom = 'ANTHROPIC_API_KEY';
  return [{ name: 'anthropic', label: 'Anthropic', baseURL, apiKey, models: named(models), keyFrom }];
}

function settingsOf(endpoint: Endpoint, baseURL: string, config: Config): EndpointSettings {
  const { name, label = name, apiKey, headers, maxConcurrent, models } = endpoint;
  const keyFrom = `apiKey of ${name} in ${basename(config.CONFIG_FILE ?? '')}`;
  return { name, label, baseURL, apiKey, headers, maxConcurrent, models, keyFrom };
}

/** The servers of an endpoint that names several; a key and headers that stand beside them are for those without. */
function deploymentsOf(endpoint: Endpoint, config: Config): WeightedSettings[] | undefined {
  return endpoint.deployments?.map(({ baseURL, apiKey = endpoint.apiKey, headers, weight = 1, name }, i) => {
    const settings = settingsOf(endpoint, baseURL, config);
    const deployment = deploymentName({ name }, i);
    return {
      ...{ ...settings, apiKey, headers: { ...endpoint.headers, ...headers }, deployment, weight },
      label: `${settings.label} (${deployment})`,
      keyFrom: `apiKey of deployment ${deployment} of ${settings.name} in ${basename(config.CONFIG_FILE ?? '')}`,
    };
  });
}

/** An empty list is none: then the provider is asked. */
function named(models: string[] = []): EndpointSettings['models'] {
  return models.length > 0 ? models.map((name) => ({ name })) : undefined;
}

function connectionOf(config: Config): ProviderConnection {
  return {
    connectMs: config.MODEL_CONNECT_SECONDS * 1000,
    firstByteMs: config.MODEL_FIRST_BYTE_SECONDS * 1000,
    idleMs: config.MODEL_IDLE_SECONDS * 1000,
    httpsProxy: config.HTTPS_PROXY,
    httpProxy: config.HTTP_PROXY,
    noProxy: config.NO_PROXY,
  };
}
