/**
 * What variables of LibreChat and Open WebUI are here, for whoever moves with a file of theirs. Those with the same name
 * and meaning (PORT, MONGO_URI, LOGIN_MAX, …) are not listed. Each text goes on after “NAME is LibreChat’s: ”.
 */
const LIBRECHAT: Record<string, string> = {
  ALLOW_SOCIAL_LOGIN: 'people log in by e-mail and password here',
  ALLOW_SOCIAL_REGISTRATION: 'people log in by e-mail and password here',
  ANTHROPIC_REVERSE_PROXY: 'here it is ANTHROPIC_BASE_URL',
  APP_TITLE: 'the name can not be changed here',
  AZURE_API_KEY: 'name Azure as an endpoint in parley.yaml',
  BAN_VIOLATIONS: 'nobody is banned here; the limits are MESSAGE_USER_MAX, LOGIN_MAX and their like',
  CHECK_BALANCE: 'here it is TOKENS_USER_MAX',
  CONFIG_PATH: 'here it is CONFIG_FILE, and that file has another form',
  CREDS_IV: 'it is not needed here',
  CREDS_KEY: 'it is not needed here',
  DEBUG_CONSOLE: 'here it is LOG_LEVEL',
  DEBUG_LOGGING: 'here it is LOG_LEVEL',
  DEBUG_OPENAI: 'here it is LOG_LEVEL',
  DOMAIN_CLIENT: 'here it is PUBLIC_URL',
  DOMAIN_SERVER: 'here it is PUBLIC_URL',
  ENDPOINTS: 'each endpoint that has a key, an address or a place in parley.yaml is offered here',
  GOOGLE_KEY: 'name Google’s OpenAI-compatible address as an endpoint in parley.yaml',
  JWT_REFRESH_SECRET: 'JWT_SECRET signs both here',
  LIMIT_CONCURRENT_MESSAGES: 'CONCURRENT_MESSAGE_MAX=0 turns that limit off here',
  LIMIT_MESSAGE_IP: 'MESSAGE_IP_MAX=0 turns that limit off here',
  LIMIT_MESSAGE_USER: 'MESSAGE_USER_MAX=0 turns that limit off here',
  MEILI_HOST: 'the search needs no other service here',
  MEILI_MASTER_KEY: 'the search needs no other service here',
  MEILI_NO_ANALYTICS: 'the search needs no other service here',
  OPENAI_REVERSE_PROXY: 'here it is OPENAI_BASE_URL',
  OPENAI_TITLE_MODEL: 'a conversation’s own model writes its title here (TITLES=model)',
  OPENROUTER_KEY: 'name OpenRouter as an endpoint in parley.yaml',
  PROXY: 'here it is HTTPS_PROXY and HTTP_PROXY',
  REDIS_PASSWORD: 'it stands in REDIS_URI here',
  REDIS_USERNAME: 'it stands in REDIS_URI here',
  REFRESH_TOKEN_EXPIRY: 'here it is SESSION_DAYS',
  SEARCH: 'the search is always there here',
  SESSION_EXPIRY: 'here it is ACCESS_TOKEN_MINUTES',
  TITLE_CONVO: 'here it is TITLES',
  USE_REDIS_CLUSTER: 'several addresses in REDIS_URI, with commas, are a cluster here',
};

const OPEN_WEBUI: Record<string, string> = {
  CORS_ALLOW_ORIGIN: 'here it is CORS_ORIGINS',
  DATABASE_URL: 'here it is MONGO_URI, or DATA_DIR for SQLite',
  DEFAULT_MODELS: 'the first of OPENAI_MODELS is the default here',
  DEFAULT_USER_ROLE: 'the first account is the admin here, all others are users',
  ENABLE_OLLAMA_API: 'each endpoint that has a key, an address or a place in parley.yaml is offered here',
  ENABLE_OPENAI_API: 'each endpoint that has a key, an address or a place in parley.yaml is offered here',
  ENABLE_SIGNUP: 'here it is ALLOW_REGISTRATION',
  ENABLE_TITLE_GENERATION: 'here it is TITLES',
  FORWARDED_ALLOW_IPS: 'here it is TRUST_PROXY',
  GLOBAL_LOG_LEVEL: 'here it is LOG_LEVEL',
  JWT_EXPIRES_IN: 'here it is SESSION_DAYS',
  OLLAMA_API_BASE_URL: 'name it, with /v1 behind it, as an endpoint in parley.yaml',
  OLLAMA_BASE_URL: 'name it, with /v1 behind it, as an endpoint in parley.yaml',
  OLLAMA_BASE_URLS: 'name each, with /v1 behind it, as an endpoint in parley.yaml',
  OPENAI_API_BASE_URL: 'here it is OPENAI_BASE_URL',
  OPENAI_API_BASE_URLS: 'name each as an endpoint in parley.yaml',
  OPENAI_API_KEYS: 'name each as an endpoint in parley.yaml',
  UVICORN_WORKERS: 'here it is INSTANCES',
  WEBSOCKET_MANAGER: 'here it is USE_REDIS=true',
  WEBSOCKET_REDIS_URL: 'here it is REDIS_URI, with USE_REDIS=true',
  WEBUI_AUTH: 'people always log in here',
  WEBUI_NAME: 'the name can not be changed here',
  WEBUI_SECRET_KEY: 'here it is JWT_SECRET',
  WEBUI_URL: 'here it is PUBLIC_URL',
};

/** What another product's variable is here, in words; undefined where the name is none of theirs. */
export function foreignName(name: string): string | undefined {
  if (Object.hasOwn(LIBRECHAT, name)) return `${name} is LibreChat’s: ${LIBRECHAT[name]}`;
  if (Object.hasOwn(OPEN_WEBUI, name)) return `${name} is Open WebUI’s: ${OPEN_WEBUI[name]}`;
  return undefined;
}
