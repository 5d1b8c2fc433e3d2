import ReactMarkdown from "react-markdown";
import rehypeSanitize from "rehype-sanitize";
import remarkGfm from "remark-gfm";
import { ForeignLink } from "./ForeignLink";

/** Markdown from a model: sanitised, links open elsewhere, images never load. */
export function Markdown({ text }: { text: string }) {
  return (
    <div className="prose-answer">
      <ReactMarkdown
        remarkPlugins={[remarkGfm]}
        rehypePlugins={[rehypeSanitize]}
        components={{
          a: ({ children, href }) => <ForeignLink href={href}>{children}</ForeignLink>,
          img: ({ alt }) => <em>{alt}</em>,
          table: ({ children }) => (
            // A wide table scrolls by itself; a keyboard must reach it.
            // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
            <div className="overflow-x-auto" role="group" tabIndex={0}>
              <table>{children}</table>
            </div>
          ),
        }}
      >
        {text}
      </ReactMarkdown>
    </div>
  );
}
