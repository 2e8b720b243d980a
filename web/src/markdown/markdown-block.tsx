import type { Element, Text } from 'hast';
import { memo } from 'react';
import ReactMarkdown, { type Components, type Options } from 'react-markdown';
import remarkGfm from 'remark-gfm';
import { CodeBlock } from './code-block.js';
import { limitDepth, safeLink } from './prepare.js';
import { RemoteImage } from './remote-image.js';

const PLUGINS: Options['remarkPlugins'] = [remarkGfm];

function textOf(node: Element | Text | { type: string }): string {
  if (node.type === 'text') return (node as Text).value;
  return 'children' in node ? ((node as Element).children as (Element | Text)[]).map(textOf).join('') : '';
}

const COMPONENTS: Components = {
  a({ href, children, node: _node, ...rest }) {
    if (!href) return <>{children}</>;
    return (
      <a {...rest} href={href} target="_blank" rel="noopener noreferrer nofollow">
        {children}
      </a>
    );
  },
  img: ({ src, alt }) => <RemoteImage src={typeof src === 'string' ? src : undefined} alt={alt ?? ''} />,
  pre({ node }) {
    const code = node?.children[0];
    if (code?.type !== 'element') return null;
    const names = code.properties.className;
    const name = Array.isArray(names) ? names.map(String).find((each) => each.startsWith('language-')) : undefined;
    return <CodeBlock code={textOf(code).replace(/\n$/, '')} language={name?.slice('language-'.length) ?? null} />;
  },
  table: ({ children }) => (
    <div className="table-scroll" tabIndex={0}>
      <table>{children}</table>
    </div>
  ),
  // Ids could name what the page itself has.
  h1: ({ children }) => <h2 dir="auto">{children}</h2>,
  h2: ({ children }) => <h2 dir="auto">{children}</h2>,
  h3: ({ children }) => <h3 dir="auto">{children}</h3>,
  h4: ({ children }) => <h4 dir="auto">{children}</h4>,
  p: ({ children }) => <p dir="auto">{children}</p>,
  li: ({ children, className }) => (
    <li dir="auto" className={className}>
      {children}
    </li>
  ),
  ul: ({ children, className }) => (
    <ul dir="auto" className={className}>
      {children}
    </ul>
  ),
  ol: ({ children, start }) => (
    <ol dir="auto" start={start}>
      {children}
    </ol>
  ),
  blockquote: ({ children }) => <blockquote dir="auto">{children}</blockquote>,
};

interface Props {
  text: string;
  remarkPlugins?: Options['remarkPlugins'];
  rehypePlugins?: Options['rehypePlugins'];
}

/** One block of an answer. HTML in it is shown as text. */
export const MarkdownBlock = memo(function MarkdownBlock({ text, remarkPlugins, rehypePlugins }: Props) {
  return (
    <ReactMarkdown
      remarkPlugins={remarkPlugins ?? PLUGINS}
      rehypePlugins={rehypePlugins}
      remarkRehypeOptions={{ clobberPrefix: 'answer-' }}
      components={COMPONENTS}
      urlTransform={(url, key) => (key === 'src' ? url : safeLink(url))}
    >
      {limitDepth(text)}
    </ReactMarkdown>
  );
});
