import { probeOf } from '@miko/model';
import { setHealth, type Store } from '@miko/store';
import type { Logger } from 'pino';
import { HealthChecker } from './health/checker.ts';
import { keyOf } from './registration-operations.ts';
import type { Entry, Touched, View } from './view.ts';

/** Joins the checks to the directory: the view says what is to be probed, and what the probes find is written. */
export class HealthWatch {
  readonly checker: HealthChecker;
  readonly #view: View;
  #leading = false;

  constructor(store: Store, view: View, log: Logger) {
    this.#view = view;
    this.checker = new HealthChecker({
      report: (key, registration, health) => {
        const [project, service, instance] = key.split('/') as [string, string, string];
        const [id, probe] = [registration.slice(0, registration.indexOf(' ')), registration.slice(registration.indexOf(' ') + 1)];
        store.write(setHealth, { project, service, instance, id, probe, health }).catch((error: unknown) => {
          log.warn({ err: error, endpoint: key }, 'a change of health could not be written');
          this.#again(key);
        });
      },
    });
    view.onChange(touched => this.#changed(touched));
  }

  /** Checks run at one Miko at a time. */
  lead(yes: boolean): void {
    if (yes === this.#leading) return;
    this.#leading = yes;
    if (yes) this.#begin();
    else void this.checker.stop();
  }

  /** The view was loaded anew: what it does not hold any more is not checked any more. */
  async reload(): Promise<void> {
    await this.checker.stop();
    if (this.#leading) this.#begin();
  }

  #begin(): void {
    for (const { services } of this.#view.projects.values()) {
      for (const { entries } of services.values()) for (const entry of entries.values()) this.#sync(entry);
    }
    this.checker.start();
  }

  async close(): Promise<void> {
    this.#leading = false;
    await this.checker.stop();
  }

  #changed(touched: readonly Touched[]): void {
    if (!this.#leading) return;
    for (const { service, instances } of touched) {
      for (const instance of instances) {
        const entry = service.entries.get(instance);
        if (entry === undefined) this.checker.remove(keyOf({ project: service.project, service: service.name, instance }));
        else this.#sync(entry);
      }
    }
  }

  #sync({ record }: Entry): void {
    const { check, host, port, protocol } = record.document;
    // A `ttl` check waits for reports; the database's clock judges those.
    if (check === null || check.type === 'ttl') this.checker.remove(keyOf(record));
    else this.checker.sync({ key: keyOf(record), host, port, protocol, check, health: record.health, registrationId: `${record.id} ${probeOf(record.document)}` });
  }

  /** The database was gone when the change was found: begin anew from what the directory holds. */
  #again(key: string): void {
    const [project, service, instance] = key.split('/') as [string, string, string];
    const entry = this.#view.project(project).services.get(service)?.entries.get(instance);
    this.checker.remove(key);
    if (this.#leading && entry !== undefined) this.#sync(entry);
  }
}
