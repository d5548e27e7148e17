package miko

import (
	"io"
	"net/http"
)

// idempotencyHeaders are those for which net/http repeats any method.
var idempotencyHeaders = map[string]string{"Idempotency-Key": "idempotency-key", "X-Idempotency-Key": "x-idempotency-key"}

// sendOnce keeps net/http from what it does by itself: where a connection that
// was used before breaks, it repeats what it takes to be repeatable, whatever
// the caller said. What was not sent at all it may send again.
func sendOnce(request *http.Request) {
	switch request.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace:
		// Nor does it repeat a body that it cannot make again.
		request.GetBody = nil
		if request.Body == nil || request.Body == http.NoBody {
			request.Body = nothing{}
		}
		return
	}
	for name, same := range idempotencyHeaders {
		if values, ok := request.Header[name]; ok {
			// Letter case says nothing to the other side, but net/http looks for
			// its own.
			delete(request.Header, name)
			request.Header[same] = values
		}
	}
}

// nothing is a body of no bytes that net/http has to read to find that out.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.EOF }
func (nothing) Close() error             { return nil }
