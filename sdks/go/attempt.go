package miko

import (
	"context"
	"errors"
	"io"
	"math"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/balance"
	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

var (
	// errAttemptTime ends an attempt, errCallTime the whole call.
	errAttemptTime = newError(CodeTimeout, "no answer in the time of one attempt")
	errCallTime    = newError(CodeTimeout, "no answer in the time of the call")
	errHedgeLost   = errors.New("another attempt was faster")
	errDiscarded   = errors.New("nobody gets to see this answer")
)

// attempt is one try of a call at one endpoint. Its parts are those of every
// call: what one call allocates is counted in them.
type attempt struct {
	call   *call
	ticket balance.Ticket
	ctx    attemptContext
	alarm  alarm
	target url.URL
	answer answerBody

	// begun is when its endpoint was picked.
	begun    float64
	response *http.Response
	err      error
	kind     survive.Kind
	// final: the caller's own doing, which no other endpoint would mend.
	final bool
	// asksGzip: it was not the caller who did.
	asksGzip bool
}

func (a *attempt) endpoint() *Endpoint { return endpointOf(a.ticket) }

// send makes the attempt, and reports how it ended. It counts as in flight
// until its body is let go of.
func (a *attempt) send(body io.ReadCloser) {
	s := a.call.service
	a.limit()
	response, err := a.roundTrip(body)
	now := s.client.clock.now()
	if !a.inTime() {
		<-a.ctx.Done()
		if err == nil {
			// The head came with the alarm: its body would break off.
			_ = response.Body.Close()
			err = errCallTime
		}
	}
	outcome := survive.Outcome{RTT: now - a.begun}
	if err == nil {
		outcome.RetryAfter = a.answered(response)
	} else {
		a.failed(err)
	}
	outcome.Kind = a.kind
	a.call.balancer.Report(a.ticket, outcome, now)
	s.sample(a.kind, outcome.RTT)
	if a.response == nil {
		a.release()
	}
}

func (a *attempt) roundTrip(body io.ReadCloser) (*http.Response, error) {
	request, err := a.request(body)
	if err != nil {
		if body != nil {
			_ = body.Close()
		}
		return nil, err
	}
	return a.call.service.pool.at(a.endpoint().where).transport.RoundTrip(request)
}

// limit sets the alarm of the attempt, or of the call where that is sooner.
func (a *attempt) limit() {
	c := a.call
	left := c.ownDeadline - a.begun
	if most := ms(c.service.policy.AttemptTimeout); most > 0 && most < left {
		a.alarm.timer = time.AfterFunc(milliseconds(most), func() { a.ctx.cancel(errAttemptTime) })
		return
	}
	switch {
	case math.IsInf(left, 1):
	case c.usualTime:
		c.service.deadlines.add(a, c.ownDeadline)
	default:
		a.alarm.timer = time.AfterFunc(milliseconds(left), func() { a.ctx.cancel(errCallTime) })
	}
}

// inTime ends the alarm; false when it has gone off.
func (a *attempt) inTime() bool {
	if a.alarm.timer != nil {
		return a.alarm.timer.Stop()
	}
	return a.call.service.deadlines.remove(a)
}

// request is the caller's, for this endpoint. The error is an *Error.
func (a *attempt) request(body io.ReadCloser) (*http.Request, error) {
	given, where := a.call.request, a.endpoint().where
	request := given.WithContext(a.ctx.forRequest())
	a.target = *given.URL
	a.target.Scheme, a.target.Host = "http", where.key.address
	if where.key.secure {
		a.target.Scheme = "https"
	}
	if where.prefix != "" {
		a.target = prefixed(a.target, where.prefix)
	}
	request.URL = &a.target
	if given.Host == given.URL.Host {
		request.Host = ""
	}
	request.Body = body
	header, err := a.header(given.Header)
	if err != nil {
		return nil, err
	}
	request.Header = header
	if !a.call.repeatable {
		sendOnce(request)
	}
	return request, nil
}

func prefixed(target url.URL, prefix string) url.URL {
	path := strings.TrimRight(prefix, "/") + target.EscapedPath()
	if plain, err := url.PathUnescape(path); err == nil {
		target.Path, target.RawPath = plain, path
	}
	return target
}

// answered takes the head of an answer, and answers its Retry-After in ms.
func (a *attempt) answered(response *http.Response) float64 {
	a.response = response
	a.kind = survive.KindOfStatus(response.StatusCode)
	if a.kind == survive.Limited || a.kind == survive.Overloaded {
		return ms(retryAfter(response.Header, a.call.service.client.settings.wall))
	}
	return 0
}

func (a *attempt) failed(err error) {
	a.err = err
	if own := a.call.body.failed(); own != nil {
		a.kind, a.err, a.final = survive.Cancelled, own, true
		return
	}
	if cause := a.ctx.ended(); cause != nil {
		a.ended(cause)
		return
	}
	if own, ok := err.(*Error); ok {
		// The request could not be made.
		a.kind, a.err, a.final = survive.Cancelled, own, true
		return
	}
	switch {
	case isRefused(err):
		a.kind = survive.Refused
	case strings.HasPrefix(err.Error(), "net/http: invalid"):
		// The request itself cannot be sent anywhere.
		a.kind, a.final = survive.Cancelled, true
	default:
		a.kind = survive.Broken
	}
}

// ended takes what ended the attempt's context.
func (a *attempt) ended(cause error) {
	a.err = cause
	switch cause {
	case errAttemptTime:
		a.kind = survive.Timeout
	case errCallTime:
		a.kind, a.final = survive.Timeout, true
	case errHedgeLost:
		a.kind = survive.Cancelled
	default:
		// The caller's: a deadline that passed speaks against the endpoint, a
		// word that it is no longer wanted does not.
		a.kind, a.final = survive.Cancelled, true
		if errors.Is(cause, context.DeadlineExceeded) {
			a.kind = survive.Timeout
		}
		a.err = contextError(a.call.request.Context())
	}
}

// repeatableStatus tells whether the answer may be asked for elsewhere.
func (a *attempt) repeatableStatus() bool {
	switch a.response.StatusCode {
	case http.StatusTooManyRequests, http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// brokeOff notes that the body of the answer did, unless the caller is why.
func (a *attempt) brokeOff() {
	if a.ctx.ended() == nil && a.ctx.parent.Err() == nil {
		a.call.balancer.BrokeOff(a.ticket, a.call.service.client.clock.now())
	}
}

// release says that nothing of the attempt is in flight.
func (a *attempt) release() {
	a.ctx.forget(a.isAlone())
	a.call.balancer.Release(a.ticket)
}

// isAlone: nobody else has a hold on its context. A hedge would cancel it, what
// adds to headers may keep it, and HTTP/2 looks at it when a stream is over.
func (a *attempt) isAlone() bool {
	return a.call.hedgeAfter == 0 && a.call.service.client.settings.propagate == nil && !a.endpoint().where.key.http2
}

// drainBytes is how much of an unwanted answer is read so that its connection
// can be used again.
const drainBytes = 16 << 10

// discard lets go of an answer that nobody gets to see.
func (a *attempt) discard() {
	if a.response == nil {
		return
	}
	body := a.response.Body
	a.response = nil
	go func() {
		alarm := time.AfterFunc(time.Second, func() { a.ctx.cancel(errDiscarded) })
		_, _ = io.CopyN(io.Discard, body, drainBytes)
		_ = body.Close()
		if !alarm.Stop() {
			<-a.ctx.Done()
		}
		a.release()
	}()
}
