/**
 * `try-cheats.ts [<pattern>]`: every named way to cheat, each tried over HTTP by a learner of its own, on a clock that can be
 * moved. Answers as JSON how many were tried and what was gained.
 */
import { readAnswerKey } from '../answer-key.ts';
import { answering } from '../cheats/answering.ts';
import { type Cheat, type Cheater, createCheater, insist } from '../cheats/cheat.ts';
import { others } from '../cheats/others.ts';
import { remembered } from '../cheats/remembered.ts';
import { starting } from '../cheats/starting.ts';
import { freeCourse, openWorld, type World } from '../world.ts';

const cheats: readonly Cheat[] = [...starting, ...answering, ...others, ...remembered];
const attemptsAllowed = 3;

/** What nobody may have who only cheated: a pass, points, a second open attempt, one attempt too many, a certificate. */
const assertNothingGained = async (world: World, cheat: Cheat, cheater: Cheater): Promise<void> => {
  await world.settle();
  const { learning, issuer } = world.modules;
  const { accountId } = cheater.someone;
  const made = await learning.oversight.ofAccount(accountId);
  const passes = made.filter(({ passed }) => passed === true).length;
  const earned = cheat.earns === 'pass' ? 1 : 0;
  insist(passes === earned, `${passes} attempts were passed`);
  insist(made.filter(({ state }) => state === 'in_progress').length <= 1, 'two attempts are open');
  insist(made.length <= attemptsAllowed, `${made.length} attempts were made`);
  const certificate = await issuer.certificateOfEnrolment(cheater.enrolmentId);
  insist(
    (certificate !== undefined) === (earned === 1),
    'there is a certificate, or none where one was earned',
  );
};

const tryOne = async (world: World, cheat: Cheat, cheater: Cheater): Promise<string | undefined> => {
  try {
    await cheat.run(cheater);
    await assertNothingGained(world, cheat, cheater);
    return undefined;
  } catch (error) {
    return `${cheat.name}: ${error instanceof Error ? error.message : String(error)}`;
  }
};

const only = process.argv[2];
const chosen = cheats.filter(({ name }) => only === undefined || new RegExp(only).test(name));
const world = await openWorld();
const gains: string[] = [];
try {
  const key = await readAnswerKey(freeCourse);
  for (const cheat of chosen) {
    const gain = await tryOne(world, cheat, await createCheater(world, key));
    console.error(`${gain === undefined ? 'in vain' : 'GAINED'}  ${cheat.name}`);
    if (gain !== undefined) gains.push(gain);
  }
} finally {
  await world.close();
}
const named = new Set(cheats.map(({ name }) => name)).size;
console.log(JSON.stringify({ tried: chosen.length, named, gains }));
process.exit(0);
