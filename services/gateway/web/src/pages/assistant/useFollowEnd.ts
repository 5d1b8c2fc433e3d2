import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";

/** Keeps the end of a growing list in sight, unless the person has scrolled up to read. */
export function useFollowEnd(content: unknown): RefObject<HTMLDivElement | null> {
  const scroller = useRef<HTMLDivElement>(null);
  const follows = useRef(true);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const notice = () => {
      follows.current = element.scrollHeight - element.scrollTop - element.clientHeight < 80;
    };
    element.addEventListener("scroll", notice, { passive: true });
    return () => element.removeEventListener("scroll", notice);
  }, []);
  useLayoutEffect(() => {
    const element = scroller.current;
    if (element && follows.current) element.scrollTop = element.scrollHeight;
  }, [content]);
  return scroller;
}
