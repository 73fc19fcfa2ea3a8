import type { Learning } from '../../learning/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Render } from '../render.ts';

export type ExaminingPagesDeps = {
  render: Render;
  learning: Pick<Learning, 'examining' | 'assignments' | 'timeline'>;
  clock: Clock;
};
