import { type ReactNode, useId } from 'react';

export function Section({ title, lead, children }: { title: string; lead?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section className="section" aria-labelledby={id}>
      <div>
        <h2 id={id}>{title}</h2>
        {lead && <p className="hint">{lead}</p>}
      </div>
      <div className="section-body">{children}</div>
    </section>
  );
}
