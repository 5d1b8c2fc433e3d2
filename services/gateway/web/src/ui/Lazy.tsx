import { lazy, Suspense, type ComponentProps } from "react";
import { Skeleton } from "./States";

const Editor = lazy(async () => ({ default: (await import("./CodeEditor")).CodeEditor }));
const Prose = lazy(async () => ({ default: (await import("./Markdown")).Markdown }));

/** The JSON editor, loaded when first shown. */
export function JsonEditor(props: ComponentProps<typeof Editor>) {
  return (
    <Suspense
      fallback={
        <div className="flex flex-col gap-2 p-4">
          <Skeleton className="h-3.5 w-1/4" />
          <Skeleton className="h-3.5 w-2/5" />
          <Skeleton className="h-3.5 w-1/3" />
        </div>
      }
    >
      <Editor {...props} />
    </Suspense>
  );
}

/** Markdown, shown as plain text until its parser is loaded. */
export function LazyMarkdown({ text }: { text: string }) {
  return (
    <Suspense fallback={<div className="prose-answer whitespace-pre-wrap">{text}</div>}>
      <Prose text={text} />
    </Suspense>
  );
}
