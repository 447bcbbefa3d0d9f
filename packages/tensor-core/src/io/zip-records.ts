/** Records of a zip file, by their signatures and fixed sizes (APPNOTE.TXT 6.3, section 4.3). */
export const LOCAL_HEADER = { signature: 0x04034b50, bytes: 30 };
export const CENTRAL_HEADER = { signature: 0x02014b50, bytes: 46 };
export const END_RECORD = { signature: 0x06054b50, bytes: 22 };
/** The same in 64 bits, which some writers always have, and where it is. */
export const WIDE_END_RECORD = { signature: 0x06064b50, bytes: 56 };
export const WIDE_LOCATOR = { signature: 0x07064b50, bytes: 20 };

/** How an entry is packed. */
export const STORED = 0;
export const DEFLATED = 8;
