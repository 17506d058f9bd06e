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
  /** Asks for a line of text, with this label and first value; `problemOf` says why it is not taken. */
  readonly input?: {
    readonly label: string;
    readonly value: string;
    readonly problemOf?: (text: string) => string;
  };
  /** The words on a further button, which agrees to something else. */
  readonly alternative?: string;
  /** What is to be ticked before one can agree. */
  readonly consent?: string;
}

export type Answer =
  | { readonly is: 'agreed'; readonly text: string }
  | { readonly is: 'alternative' }
  | { readonly is: 'refused' };

interface Asked extends Question {
  readonly answer: (answer: Answer) => void;
}

let queue = $state.raw<readonly Asked[]>([]);

/** The question to show now. */
export function currentQuestion(): Asked | undefined {
  return queue[0];
}

export function ask(question: Question): Promise<Answer> {
  return new Promise((resolve) => {
    const asked: Asked = {
      ...question,
      answer: (answer) => {
        queue = queue.filter((one) => one !== asked);
        resolve(answer);
      },
    };
    queue = [...queue, asked];
  });
}

/** The text that was given, or undefined when the person said no. */
export async function askText(question: Question): Promise<string | undefined> {
  const answer = await ask(question);
  return answer.is === 'agreed' ? answer.text : undefined;
}

export async function confirm(question: Question): Promise<boolean> {
  return (await askText(question)) !== undefined;
}
