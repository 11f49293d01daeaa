// Loaded before a program (`node --import`): its clock then goes by so many ms ahead, as on a host whose clock is wrong.
const shiftMs = Number(process.env['TEST_CLOCK_SHIFT_MS']);
const RealDate = Date;

globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shiftMs);
    else super(...given);
  }

  static now() {
    return RealDate.now() + shiftMs;
  }
};
