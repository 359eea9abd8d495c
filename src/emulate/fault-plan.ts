// Puts faults into a simulated board: what happens at a time goes to the clock, what a transfer meets to the bus.
import { seededRandom } from "../util/random.ts";
import { type Fault, type FaultKind, type FaultTarget, isMoment } from "./faults.ts";
import { type BandHost, RestartSignal } from "./host.ts";
import type { Interference } from "./i2c-bus.ts";

/** What a fault does when its time comes and when it is over. */
type Scheduled = (host: BandHost, fault: Fault) => { begin: () => void; end?: () => void };

const SCHEDULED: Readonly<Partial<Record<FaultKind, Scheduled>>> = {
  "fifo-overflow": (host, { toSeconds }) => ({
    begin: () => {
      host.stalledUntilMicros = Math.max(host.stalledUntilMicros, toSeconds * 1e6);
    },
  }),
  "sensor-reset": (host) => ({
    begin: () => {
      host.sensor.forget();
    },
  }),
  "who-am-i": (host, { value }) => ({
    begin: () => {
      host.sensor.whoAmIOverride = value;
    },
    end: () => {
      host.sensor.whoAmIOverride = null;
    },
  }),
  drift: (host, { value }) => ({
    begin: () => {
      host.sensor.setClockError(value ?? 0);
    },
    end: () => {
      host.sensor.setClockError(host.sensor.settings.clockError);
    },
  }),
  unplug: (host, { target }) => {
    const device = target === "display" ? host.display : host.sensor;
    return {
      begin: () => {
        device.unplug();
      },
      end: () => {
        device.plug();
      },
    };
  },
  "store-writes-fail": (host) => ({
    begin: () => {
      host.store.failsWrites = host.flash.failsWrites = true;
    },
    end: () => {
      host.store.failsWrites = host.flash.failsWrites = false;
    },
  }),
  "store-reads-fail": (host) => ({
    begin: () => {
      host.store.failsReads = host.flash.failsReads = true;
    },
    end: () => {
      host.store.failsReads = host.flash.failsReads = false;
    },
  }),
  reset: () => ({
    begin: () => {
      throw new RestartSignal("software");
    },
  }),
  "brown-out": () => ({
    begin: () => {
      throw new RestartSignal("brownOut");
    },
  }),
  restart: () => ({
    begin: () => {
      throw new RestartSignal("powerOn");
    },
  }),
};

/** What a fault adds to one transfer's interference; `chance` is uniform in [0, 1). */
type Met = (fault: Fault, chance: () => number, into: Interference, read: boolean) => void;

const MET: Readonly<Partial<Record<FaultKind, Met>>> = {
  nack: ({ value }, chance, into) => {
    const probability = value ?? 1;
    if (probability >= 1 || chance() < probability) into.nack = true;
  },
  slow: (_, __, into) => {
    into.stretch = true;
  },
  "stuck-sda": ({ value }, _, into, read) => {
    if (read) into.stuckClocks = value ?? 9;
  },
  "long-read": ({ value }, _, into, read) => {
    if (read) into.pauseMicros = (value ?? 1) * 1e6;
  },
  "broken-read": ({ value }, _, into, read) => {
    if (read) into.breakAfterBytes = value ?? 7;
  },
  "bit-errors": ({ value }, _, into, read) => {
    if (read) into.bitErrorRate = value ?? 0;
  },
};

/** Call once, before the band starts. */
export function installFaults(host: BandHost, faults: readonly Fault[]): void {
  for (const fault of faults) {
    const scheduled = SCHEDULED[fault.kind]?.(host, fault);
    if (scheduled === undefined) continue;
    // A device that is missing from the start must not be seen first; a restart needs something that runs.
    if (fault.fromSeconds === 0 && !isMoment(fault)) scheduled.begin();
    else host.clock.at(fault.fromSeconds * 1e6, scheduled.begin);
    if (scheduled.end === undefined || isMoment(fault) || !Number.isFinite(fault.toSeconds)) continue;
    host.clock.at(fault.toSeconds * 1e6, scheduled.end);
  }
  const met = faults.filter((fault) => MET[fault.kind] !== undefined);
  if (met.length > 0) host.bus.interfere = interference(host, met);
}

function interference(host: BandHost, faults: readonly Fault[]): typeof host.bus.interfere {
  const { sensorAddress, displayAddress, seed } = host.settings;
  const random = seededRandom(seed ?? 0).fork("faults");
  const chance = (): number => random.uniform();
  const isMeant = (target: FaultTarget | null, address: number): boolean =>
    target === "all" || address === (target === "display" ? displayAddress : sensorAddress);
  /** A fault of a moment happens once. */
  const done = new Set<Fault>();

  return (address, read) => {
    let into: Interference | null = null;
    const seconds = host.clock.micros / 1e6;
    for (const fault of faults) {
      if (seconds < fault.fromSeconds || !isMeant(fault.target, address)) continue;
      if (isMoment(fault)) {
        if (!read || done.has(fault)) continue;
        done.add(fault);
      } else if (seconds >= fault.toSeconds) continue;
      into ??= {};
      MET[fault.kind]!(fault, chance, into, read);
    }
    return into;
  };
}
