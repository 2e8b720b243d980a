// What the server's answers hold; the contract is described at /docs.

export interface User {
  id: string;
  name: string;
  email: string;
  role: 'admin' | 'user';
  createdAt: string;
}

export interface Session {
  token: string;
  expiresAt: string;
  user: User;
}

export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

export interface Endpoint {
  name: string;
  label: string;
  models: string[];
  defaultModel: string | null;
}

export interface Conversation {
  id: string;
  title: string;
  endpoint: string;
  model: string;
  instructions: string | null;
  temperature: number | null;
  pinned: boolean;
  archived: boolean;
  createdAt: string;
  updatedAt: string;
}

export interface Usage {
  inputTokens: number;
  outputTokens: number;
  estimated?: boolean;
}

export interface Message {
  id: string;
  conversationId: string;
  parentId: string | null;
  role: 'user' | 'assistant';
  text: string;
  status: 'complete' | 'generating' | 'stopped' | 'interrupted';
  endpoint: string | null;
  model: string | null;
  usage: Usage | null;
  /** Why the answer ended. Not there: from a server of the version before. */
  finishReason?: 'stop' | 'length' | 'content-filter' | 'tool-calls' | 'error' | null;
  /** Why it failed. */
  error?: { code: string; retryable: boolean; params?: object } | null;
  createdAt: string;
  updatedAt: string;
}

export interface RunningAnswer {
  messageId: string;
  conversationId: string;
  endpoint: string;
  model: string;
  state: 'waiting' | 'running';
  position?: number;
  startedAt: string;
}

export interface SearchHit {
  message: { id: string; conversationId: string; role: Message['role']; createdAt: string };
  title: string;
  snippet: { text: string; matches: [number, number][] };
}

/** A conversation whose title was found. */
export interface TitleHit {
  conversation: Conversation;
  title: SearchHit['snippet'];
}

export interface LogIn {
  id: string;
  createdAt: string;
  lastUsedAt: string;
  address: string | null;
  userAgent: string | null;
  current: boolean;
}
