/** What LinkedIn's form “Add licence or certification” asks for. */
export type LinkedInEntry = {
  name: string;
  organizationName: string;
  awardedAt: Date;
  validUntil?: Date | undefined;
  certUrl: string;
  certId: string;
};

/** Year and month as people in Paris count them, as the sheet prints the date. */
const monthOf = (date: Date): { year: string; month: string } => {
  const [year = '', month = ''] = new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Europe/Paris',
    dateStyle: 'short',
  })
    .format(date)
    .split('-');
  return { year, month: String(Number(month)) };
};

/**
 * The address that opens LinkedIn's form with every field filled. LinkedIn no longer promises to read them, so they are to
 * be offered for copying too. Nothing is sent unless the holder follows it.
 */
export const linkedInUrl = ({ awardedAt, validUntil, ...entry }: LinkedInEntry): string => {
  const issued = monthOf(awardedAt);
  const expires = validUntil && monthOf(validUntil);
  const fields = new URLSearchParams({
    startTask: 'CERTIFICATION_NAME',
    name: entry.name,
    organizationName: entry.organizationName,
    issueYear: issued.year,
    issueMonth: issued.month,
    ...(expires ? { expirationYear: expires.year, expirationMonth: expires.month } : {}),
    certUrl: entry.certUrl,
    certId: entry.certId,
  });
  return `https://www.linkedin.com/profile/add?${fields}`;
};
