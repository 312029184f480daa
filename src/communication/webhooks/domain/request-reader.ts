import { type FormFields, formFields } from './form-fields.js';
import type { WebhookHeaders } from './headers.js';
import type { DocumentScheme } from './provider-scheme.js';
import { readDocument, type RequestDocument, utf8Text } from './request-document.js';
import type { SourceRequest } from './source-request.js';

/**
 * A request whose JSON, form and query are read when something first asks for them, and then once:
 * most schemes sign bytes and headers, and must not pay for a parse.
 */
export class RequestReader {
  readonly headers: WebhookHeaders;
  readonly body: Uint8Array;
  readonly method: string;
  readonly url: string;
  private documentRead: RequestDocument | undefined;
  private formRead: FormFields | null | undefined;
  private queryRead: FormFields | null | undefined;

  constructor(
    request: SourceRequest,
    private readonly scheme?: DocumentScheme,
  ) {
    this.headers = request.headers;
    this.body = request.body;
    this.method = request.method ?? 'POST';
    this.url = request.url ?? '';
  }

  get document(): RequestDocument {
    this.documentRead ??= readDocument(this.scheme, this.headers, this.body);
    return this.documentRead;
  }

  /** The fields of a form, undefined when the body is none. */
  get form(): FormFields | undefined {
    if (this.formRead === undefined) {
      const text = utf8Text(this.body);
      this.formRead = (text === undefined ? undefined : formFields(text)) ?? null;
    }
    return this.formRead ?? undefined;
  }

  /** The parameters of the query, undefined when it cannot be read. */
  get query(): FormFields | undefined {
    if (this.queryRead === undefined) {
      const question = this.url.indexOf('?');
      const text = question === -1 ? '' : this.url.slice(question + 1);
      this.queryRead = formFields(text) ?? null;
    }
    return this.queryRead ?? undefined;
  }
}
