import type { Element } from 'hast';
import { Component, Fragment, memo, type ReactNode } from 'react';
import { useTexts } from '../i18n/index.js';
import { LONG_TABLE, type Part } from './parts.js';
import { PlainText } from './plain-text.js';
import { show, Table, textOf } from './show.js';

/** Whatever is wrong with a part, the page goes on: it is shown as text. */
class Guard extends Component<{ nodes: string; children: ReactNode }, { hasFailed: boolean }> {
  override state = { hasFailed: false };

  static getDerivedStateFromError() {
    return { hasFailed: true };
  }

  override componentDidUpdate(before: { nodes: string }): void {
    if (this.state.hasFailed && before.nodes !== this.props.nodes) this.setState({ hasFailed: false });
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return <PlainText text={(JSON.parse(this.props.nodes) as Element[]).map(textOf).join('\n')} />;
  }
}

const Shown = memo(function Shown({ nodes }: { nodes: string }) {
  return show(JSON.parse(nodes) as Element[]);
});

/** The list or the table that parts lie in. */
const Wrapper = memo(function Wrapper({ element, children }: { element: string; children: ReactNode }) {
  const { chat } = useTexts();
  const { tagName, properties } = JSON.parse(element) as Element;
  const dir = properties.dir as string | undefined;
  const className = [properties.className ?? []].flat().join(' ') || undefined;
  if (tagName === 'table') return <Table {...{ dir, children, isLong: className === LONG_TABLE }} />;
  if (tagName === 'ul') return <ul {...{ dir, className }}>{children}</ul>;
  if (className !== 'footnotes') return <ol {...{ dir, className, start: properties.start as number }}>{children}</ol>;
  return (
    <section className="footnotes" aria-label={chat.footnotes}>
      <ol>{children}</ol>
    </section>
  );
});

/** Parts that follow one another, those of one list or table together. */
export function groupsOf(parts: readonly Part[]): Part[][] {
  const groups: Part[][] = [];
  for (const part of parts) {
    const last = groups.at(-1)?.[0];
    if (last?.wrapper && last.group === part.group && last.wrapper === part.wrapper) groups.at(-1)?.push(part);
    else groups.push([part]);
  }
  return groups;
}

export function PartsView({ parts }: { parts: readonly Part[] }) {
  return groupsOf(parts).map((group, at) => {
    const shown = group.map(({ nodes }, index) => (
      <Guard key={index} nodes={nodes}>
        <Shown nodes={nodes} />
      </Guard>
    ));
    const { wrapper } = group[0];
    return wrapper === null ? (
      <Fragment key={at}>{shown}</Fragment>
    ) : (
      <Wrapper key={at} element={wrapper}>
        {shown}
      </Wrapper>
    );
  });
}
