import { Injectable } from '@nestjs/common';

/** Why the program is not ready, for the person who has to mend it. */
export interface ReadinessFault {
  readonly cause: string;
  readonly remedy: string;
}

/** One thing that must be well before requests may come. */
export interface ReadinessCheck {
  readonly name: string;
  /** Null when all is well; whatever it throws is a fault too. */
  find(): Promise<ReadinessFault | null>;
}

/** The checks behind `/health/ready`; a module adds its own when it starts. */
@Injectable()
export class ReadinessChecks {
  private readonly checks: ReadinessCheck[] = [];

  add(check: ReadinessCheck): void {
    this.checks.push(check);
  }

  all(): readonly ReadinessCheck[] {
    return this.checks;
  }
}
