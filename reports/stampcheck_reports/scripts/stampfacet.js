// Facets that belong to the stamp. Stamps that agree in all of them make one class, so that a filter
// looks at each class once, as it does with verdicts.
const STAMP_FACETS = ["standing", "expires", "tag"];
const MOST_TAGS = 40;
const EXPIRES_WORDS = { past: "expired", later: "later", never: "never", "": "not known" };

const STAMP_VALUES = {
  standing: (stamp) => [stamp.licence_standing],
  expires: (stamp) => (stamp.state ? [stamp.month] : []),
  tag: (stamp) => stamp.tags || [],
};

/** The classes, and for each stamp the place of its class. */
function stampClasses(stamps) {
  const places = new Map();
  const classes = [];
  const ofStamp = Int32Array.from(stamps, (stamp) => {
    const values = Object.fromEntries(STAMP_FACETS.map((facet) => [facet, STAMP_VALUES[facet](stamp)]));
    const key = JSON.stringify(values);
    if (!places.has(key)) { places.set(key, classes.length); classes.push(values); }
    return places.get(key);
  });
  return { classes, classOf: ofStamp };
}

/** The values to offer: months in order, tags by name unless there are too many to read. */
function stampFacetValues(model) {
  const seen = (facet) => [...new Set(model.classes.flatMap((values) => values[facet]))];
  const rank = (month) => ({ past: "0", later: "8", never: "9", "": "~" }[month] || `1${month}`);
  const tags = seen("tag").sort((one, other) => one.localeCompare(other, "en"));
  return {
    standing: STANDINGS.filter((word) => seen("standing").includes(word)).filter(Boolean),
    expires: seen("expires").sort((one, other) => (rank(one) < rank(other) ? -1 : 1)),
    tag: tags.length <= MOST_TAGS ? tags : [],
  };
}
