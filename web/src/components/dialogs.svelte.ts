// SPDX-License-Identifier: MIT
// Questions that stop what is being done until the person answers, one at a time.

export interface Question {
  readonly title: string;
  readonly text?: string;
  /** The words on the button that agrees. */
  readonly action: string;
  readonly danger?: boolean;
  /** The words on the button that does not, which has the focus first. */
  readonly refusal?: string;
  /** What is to be compared letter by letter. */
  readonly facts?: readonly { readonly label: string; readonly value: string }[];
  /** Lines that are shown as they are. */
  readonly quote?: string;
  /** Asks for a line of text, with this label and first value. */
  readonly input?: { readonly label: string; readonly value: string };
}

interface Asked extends Question {
  readonly answer: (text: string | undefined) => void;
}

let queue = $state.raw<readonly Asked[]>([]);

/** The question to show now. */
export function currentQuestion(): Asked | undefined {
  return queue[0];
}

/** The text that was given, or undefined when the person said no. */
export function askText(question: Question): Promise<string | undefined> {
  return new Promise((resolve) => {
    const asked: Asked = {
      ...question,
      answer: (text) => {
        queue = queue.filter((one) => one !== asked);
        resolve(text);
      },
    };
    queue = [...queue, asked];
  });
}

export async function confirm(question: Question): Promise<boolean> {
  return (await askText(question)) !== undefined;
}
