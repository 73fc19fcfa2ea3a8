/** What examiners and their candidate write to each other. */
export const said = {
  allegation: {
    en: 'The window of the test was left again and again, and another attempt came from the same browser. Please tell us how you sat the test.',
    fr: 'La fenêtre du test a été quittée à plusieurs reprises, et une autre tentative vient du même navigateur. Dites-nous comment vous avez passé ce test.',
  },
  answer: {
    en: 'My sister and I share one computer. I left the window because my screen reader had lost the page.',
    fr: 'Ma sœur et moi partageons un ordinateur. J’ai quitté la fenêtre parce que mon lecteur d’écran avait perdu la page.',
  },
  proposal: {
    en: 'The answer explains the shared computer, but not why the window was left before each question.',
    fr: 'La réponse explique l’ordinateur partagé, mais non pourquoi la fenêtre a été quittée avant chaque question.',
  },
  confirmation: {
    en: 'Read and compared with the timeline: the window was left six times within a minute.',
    fr: 'Lu et rapproché de la chronologie\u00a0: la fenêtre a été quittée six fois en une minute.',
  },
  appeal: {
    en: 'A note of my doctor about the screen reader was never asked for. I can send it.',
    fr: 'Personne ne m’a demandé l’attestation de mon médecin sur le lecteur d’écran. Je peux l’envoyer.',
  },
  finding: {
    en: 'Looked at anew, with the times of every answer beside those of the window.',
    fr: 'Réexaminé, avec les heures de chaque réponse en regard de celles de la fenêtre.',
  },
} as const;
