/** Where the page begins: messages to a shop. */
export const SAMPLES: readonly { readonly name: string; readonly texts: readonly string[] }[] = [
  {
    name: "delivery",
    texts: [
      "Where is my parcel? It was due on Monday.",
      "The tracking page has not moved for three days.",
      "Can you leave it with my neighbour if I am out?",
      "How long does shipping to Norway take?",
      "I would like it sent to my office instead.",
      "The courier says nobody was home, but I was.",
      "Is there a way to get it before the weekend?",
      "My order says shipped, yet nothing came.",
    ],
  },
  {
    name: "refund",
    texts: [
      "I want my money back.",
      "Please cancel the order and return the payment.",
      "You charged my card twice.",
      "How do I send these shoes back?",
      "The amount on the invoice is wrong.",
      "When will I see the refund on my account?",
      "I returned it two weeks ago and was not paid.",
      "Could I exchange this for a voucher?",
    ],
  },
  {
    name: "praise",
    texts: [
      "Fantastic quality, I am very happy!",
      "Your support team was so kind, thank you.",
      "Best coffee I have had in years.",
      "It fits perfectly and looks lovely.",
      "I have told all my friends about you.",
      "Just wanted to say: great work.",
      "Five stars, would buy again.",
      "My daughter loves it, she wears it every day.",
    ],
  },
];

/** What is asked at first. */
export const FIRST = "The package still hasn't arrived and I need it for a birthday.";
