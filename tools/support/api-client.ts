/** What the API answered, when that was not a success. */
export class ApiProblem extends Error {
  override readonly name = 'ApiProblem';
  readonly status: number;
  readonly problem: unknown;

  constructor(request: string, status: number, problem: unknown) {
    super(`${request} answered ${status}: ${JSON.stringify(problem)}`);
    this.status = status;
    this.problem = problem;
  }
}

/** Calls the API of a running Signalbox with an API key. */
export class ApiClient {
  readonly url: string;
  readonly apiKey: string;

  constructor(url: string, apiKey: string) {
    this.url = url;
    this.apiKey = apiKey;
  }

  get<Answer>(path: string): Promise<Answer> {
    return this.call('GET', path);
  }

  post<Answer>(path: string, body: unknown): Promise<Answer> {
    return this.call('POST', path, body);
  }

  /** @throws ApiProblem unless the answer is a success */
  async call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
    const text = await this.text(path, method, body);
    return (text === '' ? undefined : JSON.parse(text)) as Answer;
  }

  /** @throws ApiProblem unless the answer is a success */
  async text(path: string, method = 'GET', body?: unknown): Promise<string> {
    const answer = await fetch(`${this.url}${path}`, {
      method,
      headers: { authorization: `Bearer ${this.apiKey}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    if (answer.ok) return text;
    const problem: unknown = text === '' ? undefined : JSON.parse(text);
    throw new ApiProblem(`${method} ${path}`, answer.status, problem);
  }
}
