import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { call, query } from '../../api/client.js';
import type { ApiKey, KeyPage } from '../../api/types.js';
import { errorText, useTexts } from '../../i18n/index.js';
import { Section } from '../section.js';
import { KeyRow } from './key-row.js';
import './keys.css';
import { MakeKey } from './make-key.js';
import { RenameKey } from './rename-key.js';
import { RevokeKey } from './revoke-key.js';
import { useKeyTexts } from './texts/index.js';

type Asked = { what: 'make' } | { what: 'rename' | 'revoke'; key: ApiKey };

/** One's keys for programs. */
export function Keys() {
  const { app } = useTexts();
  const texts = useKeyTexts();
  const [asked, setAsked] = useState<Asked | null>(null);
  const { data, error, refetch, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['keys'],
    initialPageParam: null as string | null,
    staleTime: 0,
    queryFn: ({ pageParam, signal }) => call<KeyPage>('GET', `/api/keys${query({ cursor: pageParam })}`, { signal }),
    getNextPageParam: ({ nextCursor }) => nextCursor,
  });
  const keys = data?.pages.flatMap(({ items }) => items);
  const mayMake = data?.pages[0]?.mayMake ?? false;
  const close = () => setAsked(null);
  const changed = () => void refetch();
  return (
    <Section title={texts.title} lead={texts.lead}>
      {error !== null && (
        <p className="alert" role="alert">
          {errorText(error)}
        </p>
      )}
      {keys?.length === 0 && <p className="hint">{texts.none}</p>}
      {keys && keys.length > 0 && (
        <ul className="plain keys">
          {keys.map((key) => (
            <KeyRow
              key={key.id}
              apiKey={key}
              onRename={() => setAsked({ what: 'rename', key })}
              onRevoke={() => setAsked({ what: 'revoke', key })}
            />
          ))}
        </ul>
      )}
      {hasNextPage && (
        <button type="button" className="button" onClick={() => void fetchNextPage()}>
          {app.more}
        </button>
      )}
      {mayMake && (
        <button type="button" className="button" onClick={() => setAsked({ what: 'make' })}>
          {texts.make}
        </button>
      )}
      {data && !mayMake && <p className="hint">{texts.off}</p>}
      {asked?.what === 'make' && <MakeKey onMade={changed} onClose={close} />}
      {asked?.what === 'rename' && <RenameKey apiKey={asked.key} onRenamed={changed} onClose={close} />}
      {asked?.what === 'revoke' && (
        <RevokeKey path={`/api/keys/${asked.key.id}`} apiKey={asked.key} onRevoked={changed} onClose={close} />
      )}
    </Section>
  );
}
