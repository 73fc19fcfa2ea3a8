/** `compare-templates.ts <seed> <documents>`: templates against the stock libraries; what was found, as JSON. */
import { compareSignatures, compareVerdicts } from '../../vc/template/compare-with-stock.ts';

const [seed, documents] = process.argv.slice(2).map(Number);
if (!seed || !documents) throw new Error('usage: compare-templates.ts <seed> <documents>');
const verdicts = await compareVerdicts(seed, documents);
const signatures = await compareSignatures(seed, Math.ceil(documents / 2));
process.stdout.write(JSON.stringify({ verdicts, signatures }));
