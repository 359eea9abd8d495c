// Virtual time: it passes only when something takes time, so that a run is the same on every machine.

interface Appointment {
  readonly atMicros: number;
  readonly act: () => void;
}

/** Microseconds since the twin was made. Fractions are kept: nine bits at 400 kHz last 22.5 µs. */
export class VirtualClock {
  private nowMicros = 0;
  /** When the next appointment is due, so that the usual step costs one comparison. */
  private nextMicros = Number.POSITIVE_INFINITY;
  /** Soonest first; of equal times, the first made. */
  private readonly appointments: Appointment[] = [];

  get micros(): number {
    return this.nowMicros;
  }

  /** Calls `act` when time reaches `atMicros`. What is already past is called at the next advance. */
  at(atMicros: number, act: () => void): void {
    let index = this.appointments.length;
    while (index > 0 && this.appointments[index - 1]!.atMicros > atMicros) index--;
    this.appointments.splice(index, 0, { atMicros, act });
    this.nextMicros = this.appointments[0]!.atMicros;
  }

  /**
   * Lets time pass, stopping at each appointment on the way. An appointment may throw (a restart does): then time
   * stands at the appointment, and the rest of the way is not gone.
   */
  advance(deltaMicros: number): void {
    this.advanceTo(this.nowMicros + deltaMicros);
  }

  /** As advance(); a time that is past already changes nothing. */
  advanceTo(untilMicros: number): void {
    while (this.nextMicros <= untilMicros) {
      const due = this.appointments.shift()!;
      this.nextMicros = this.appointments[0]?.atMicros ?? Number.POSITIVE_INFINITY;
      if (due.atMicros > this.nowMicros) this.nowMicros = due.atMicros;
      due.act();
    }
    if (untilMicros > this.nowMicros) this.nowMicros = untilMicros;
  }

  /** When the next appointment is due; infinity where there is none. */
  get nextAppointmentMicros(): number {
    return this.nextMicros;
  }
}
