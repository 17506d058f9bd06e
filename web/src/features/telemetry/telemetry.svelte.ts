// SPDX-License-Identifier: MIT
// Hears the readings of all devices of a channel and keeps each one's history.

import { isObject, numberMember, type ChannelEvent, type Client } from '@malinka/client';
import { ByDevice } from '../../components/by_device.ts';
import type { Archive } from './archive.ts';
import { append, sampleOf, type Sample } from './history.ts';
import { decodeReading, type Reading } from './reading.ts';

/** What is known of one device's measurements. */
export class Gauge {
  latest = $state.raw<Reading | undefined>();
  samples = $state.raw<readonly Sample[]>([]);
  /** Seconds between two readings; undefined until the device told. */
  interval = $state<number | undefined>();
  problem = $state('');
  isDirty = false;
}

const saveMilliseconds = 2000;

export class Telemetry {
  readonly #client: Client;
  readonly #archive: Archive;
  readonly #gauges = new ByDevice((device) => this.#make(device));
  readonly #forget: () => void;
  readonly #saving: ReturnType<typeof setInterval>;

  constructor(client: Client, archive: Archive) {
    this.#client = client;
    this.#archive = archive;
    this.#forget = client.eventReceived.add((event) => this.#hear(event));
    this.#saving = setInterval(() => this.save(), saveMilliseconds);
  }

  of(device: string): Gauge {
    return this.#gauges.of(device);
  }

  /** Asks for a reading now, and how often there will be more. */
  async refresh(device: string): Promise<void> {
    const gauge = this.of(device);
    const [reading, interval] = await Promise.all([
      this.#client.request(device, 'telemetry.read'),
      this.#client.request(device, 'telemetry.interval'),
    ]);
    gauge.problem = reading.success ? '' : reading.error;
    const decoded = reading.success ? decodeReading(reading.value) : undefined;
    if (decoded) this.#add(gauge, decoded);
    if (interval.success && isObject(interval.value))
      gauge.interval = numberMember(interval.value, 'seconds');
  }

  /** Returns why it was not changed, or the empty string. */
  async setInterval(device: string, seconds: number): Promise<string> {
    const reply = await this.#client.request(device, 'telemetry.interval', { seconds });
    if (!reply.success) return reply.error;
    this.of(device).interval = seconds;
    return '';
  }

  save(): void {
    for (const [device, gauge] of this.#gauges) {
      if (!gauge.isDirty) continue;
      gauge.isDirty = false;
      void this.#archive.save(device, gauge.samples);
    }
  }

  stop(): void {
    this.#forget();
    clearInterval(this.#saving);
    this.save();
  }

  #hear(event: ChannelEvent): void {
    if (event.name !== 'telemetry.reading') return;
    const gauge = this.#gauges.find(event.from) ?? this.#another(event.from);
    const reading = decodeReading(event.value);
    if (gauge && reading) this.#add(gauge, reading);
  }

  /** Of one that nobody asked for yet: it takes no other's place. */
  #another(device: string): Gauge | undefined {
    return this.#gauges.hasRoom ? this.of(device) : undefined;
  }

  #add(gauge: Gauge, reading: Reading): void {
    gauge.samples = append(gauge.samples, sampleOf(reading, gauge.latest, Date.now() / 1000));
    gauge.latest = reading;
    gauge.isDirty = true;
  }

  #make(device: string): Gauge {
    const gauge = new Gauge();
    void this.#restore(device, gauge);
    return gauge;
  }

  /** What was kept goes before what was heard meanwhile. */
  async #restore(device: string, gauge: Gauge): Promise<void> {
    const kept = await this.#archive.load(device);
    gauge.samples = gauge.samples.reduce(append, kept);
  }
}
