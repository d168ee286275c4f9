/** Characters of a row's label: the side bar shows fewer, the tooltip has all. */
export const longestLabel = 200;
