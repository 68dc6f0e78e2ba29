/** What is said of streams that cannot be taken up, and of those that were ended. */
import { CLIENT_CLOSED, GatewayError } from '../http/errors.ts';

/** No such stream, not the caller's, forgotten, or of a form that there is not: one text for all. */
export function unknownStream(): GatewayError {
  return new GatewayError({
    status: 404,
    code: 'stream_not_found',
    message:
      'There is no such stream. It was forgotten (STREAM_KEEP_S after its end), belongs to another caller, or was lost before its first part was kept. Send the request again.',
  });
}

/** Where nothing is recorded. */
export function streamsOff(): GatewayError {
  return new GatewayError({
    status: 404,
    code: 'streams_disabled',
    message:
      'This gateway keeps no streams to be taken up again. Its operator can switch that on: RESUMABLE=true.',
  });
}

/** The stream is running or ended, but what it said is not kept. */
export function streamTooLong(): GatewayError {
  return new GatewayError({
    status: 410,
    code: 'stream_too_long',
    message:
      'This answer grew too long to be kept, so it cannot be taken up again. Who reads it already gets it whole.',
  });
}

/** The stream has ended before this byte. */
export function offsetBeyondEnd(length: number): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'invalid_value',
    param: 'starting_after',
    message: `The stream ended after ${length} bytes, before the one that was asked for. Start at ${length} or below.`,
  });
}

/** An offset that is no number of bytes. */
export function invalidOffset(): GatewayError {
  return new GatewayError({
    status: 400,
    code: 'invalid_value',
    param: 'starting_after',
    message:
      'Say how many bytes of the stream have arrived, as a whole number from 0: in Last-Event-ID or as starting_after.',
  });
}

/** The object that records did not answer. Whether the upstream was asked is not known. */
export function streamServiceUnavailable(cause: unknown): GatewayError {
  return new GatewayError({
    status: 503,
    code: 'stream_service_unavailable',
    message:
      'The answer could not be recorded, or its record could not be read. The upstream may have been asked already. Send the request again, or without x-nexcode-resumable.',
    retry: false,
    cause,
  });
}

/** Its caller stopped it. */
export function streamStopped(): GatewayError {
  return new GatewayError({
    status: CLIENT_CLOSED,
    code: 'stream_stopped',
    type: 'invalid_request_error',
    message: 'The answer was stopped by its caller (DELETE /v1/streams). What has arrived is incomplete.',
  });
}

/** Nobody read it for too long. */
export function streamAbandoned(): GatewayError {
  return new GatewayError({
    status: CLIENT_CLOSED,
    code: 'stream_abandoned',
    message:
      'The answer was stopped: nobody had read it for the time that this gateway allows (STREAM_ORPHAN_S). What has arrived is incomplete.',
  });
}
