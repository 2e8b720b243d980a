import { useEffect } from 'react';
import { call } from '../api/client.js';
import { Store, useStore } from '../store.js';

/** How one gets in on this server. */
interface Methods {
  registration: boolean;
}

/** Until the server has said so, and where it is too old to: what most servers do. */
const store = new Store<Methods>({ registration: true });
let asked = false;

/** Whether people may make accounts themselves. */
export function useMethods(): Methods {
  useEffect(() => {
    if (asked) return;
    asked = true;
    call<Methods>('GET', '/api/auth/methods').then(
      (methods) => store.set(methods),
      () => {
        asked = false;
      },
    );
  }, []);
  return useStore(store);
}
