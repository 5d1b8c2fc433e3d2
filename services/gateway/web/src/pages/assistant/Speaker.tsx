import { useEffect, useRef, useState } from "react";
import type { Message } from "../../api/types";
import { nextSentences } from "../../domain/answer";

/** Speaks a streaming answer sentence by sentence; words one by one would be noise. */
export function Speaker({ message }: { message?: Message }) {
  const [say, setSay] = useState("");
  const position = useRef({ id: "", spoken: 0 });
  useEffect(() => {
    if (!message) return;
    if (position.current.id !== message.id) position.current = { id: message.id, spoken: 0 };
    const next = nextSentences(message.text, position.current.spoken);
    position.current.spoken = next.spoken;
    if (next.say) setSay(next.say);
  }, [message]);
  return (
    <p aria-live="polite" className="sr-only">
      {say}
    </p>
  );
}
