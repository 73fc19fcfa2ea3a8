/** A picture of a page: one byte for each point, 0 black to 255 white, row by row. */
export type GreyPicture = { width: number; height: number; grey: Uint8Array };

/** Luma (ITU-R BT.601) of each point of four bytes. */
export const greyOf = (data: Uint8ClampedArray): Uint8Array => {
  const grey = new Uint8Array(data.length / 4);
  for (let i = 0; i < grey.length; i += 1) {
    const [red = 0, green = 0, blue = 0] = [data[4 * i], data[4 * i + 1], data[4 * i + 2]];
    grey[i] = Math.round(0.299 * red + 0.587 * green + 0.114 * blue);
  }
  return grey;
};
