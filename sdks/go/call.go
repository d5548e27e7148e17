package miko

import (
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/balance"
	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

// call is one call over its attempts: bulkhead, then pick, attempt and outcome,
// and again where that may be (section 4).
type call struct {
	service  *service
	balancer *balancer
	request  *http.Request
	body     sentBody
	hashKey  string
	// hedgeAfter is 0 where there is no hedge.
	hedgeAfter time.Duration
	// begun is when the call was made, ownDeadline that of the policy or the call,
	// deadline the caller's where that is sooner; all in ms of the clock, and
	// infinite when there is none.
	begun, ownDeadline, deadline float64

	// made counts the attempts, repeats those that cost something, waits those
	// that waited.
	made, repeats, waits int32
	// repeatable: the request may be made twice. usualTime: it has the policy's
	// time.
	repeatable, usualTime bool
	// first is the first attempt, which is mostly the only one; others are the
	// endpoints that were tried after it.
	first  attempt
	others []*balance.Node
}

func newCall(s *service, b *balancer, request *http.Request, options Call, begun float64) *call {
	ctx := request.Context()
	c := &call{
		service: s, balancer: b, request: request, body: newSentBody(request), hashKey: options.HashKey,
		begun: begun, ownDeadline: math.Inf(1), usualTime: options.Timeout == 0,
	}
	if timeout := either(options.Timeout, s.policy.Timeout); timeout > 0 {
		c.ownDeadline = begun + ms(timeout)
	}
	c.deadline = c.ownDeadline
	if at, ok := ctx.Deadline(); ok {
		c.deadline = math.Min(c.deadline, s.client.clock.now()+ms(time.Until(at)))
	}
	c.repeatable = isRepeatable(request, options.Idempotent)
	if c.repeatable && c.body.replayable() {
		c.hedgeAfter = either(options.HedgeAfter, s.policy.HedgeAfter)
	}
	return c
}

func isRepeatable(request *http.Request, said Idempotence) bool {
	switch said {
	case Idempotent:
		return true
	case NotIdempotent:
		return false
	}
	switch request.Method {
	case "", http.MethodGet, http.MethodHead, http.MethodOptions, http.MethodTrace, http.MethodPut, http.MethodDelete:
		return true
	}
	return request.Header.Get("Idempotency-Key") != ""
}

// run makes the call. An answer holds its place in the bulkhead until its body
// is let go of.
func (c *call) run() (*http.Response, error) {
	now, err := c.enter()
	if err != nil {
		c.body.close(c.request)
		return nil, err
	}
	c.service.earn()
	c.service.counted()
	var won *attempt
	if c.hedgeAfter > 0 {
		won, err = c.hedged(now)
	} else {
		won, err = c.oneByOne(now)
	}
	if err == nil && won.response == nil {
		err = c.failure(won)
	}
	if err != nil {
		c.body.close(c.request)
		c.service.bulkhead.Leave()
		return nil, err
	}
	c.body.leave()
	return c.handOn(won), nil
}

// enter takes a place in the bulkhead, and answers when it did.
func (c *call) enter() (float64, error) {
	if c.service.bulkhead.EnterAtOnce() {
		return c.begun, nil
	}
	ctx, clock := c.request.Context(), c.service.client.clock
	most := math.Min(ms(c.service.policy.Bulkhead.MaxWait), c.deadline-clock.now())
	err := c.service.bulkhead.Enter(ctx, milliseconds(most))
	now := clock.now()
	if err == nil {
		return now, nil
	}
	if err != survive.ErrQueueFull && err != survive.ErrNoRoom {
		return 0, contextError(ctx)
	}
	if now >= c.deadline {
		return 0, newError(CodeTimeout, "%s had no room before the deadline", c.service.name)
	}
	if listeners := &c.service.client.listeners; listeners.listening() {
		listeners.emit(Event{Kind: EventOverloaded, Service: c.service.name})
	}
	if err == survive.ErrQueueFull {
		return 0, newError(CodeOverloaded, "%s is called too much: no call more may run, and none may wait", c.service.name)
	}
	return 0, newError(CodeOverloaded, "%s is called too much: no call more may run, and none ended within %s", c.service.name, c.service.policy.Bulkhead.MaxWait)
}

// oneByOne makes one attempt after the other; the last one counts.
func (c *call) oneByOne(now float64) (*attempt, error) {
	a, err := c.begin(now, nil)
	if err != nil {
		return nil, err
	}
	for {
		if body, ok := c.bodyFor(a); ok {
			a.send(body)
		}
		wait, again := c.again(a)
		if !again {
			return a, nil
		}
		next, err := c.repeat(a, wait)
		if next == nil {
			return a, err
		}
		a = next
	}
}

// repeat waits and begins the attempt after a, whose answer nobody gets to see
// then; nil when there is no endpoint any more, or the caller gave up.
func (c *call) repeat(a *attempt, wait time.Duration) (*attempt, error) {
	ctx := c.request.Context()
	if wait > 0 {
		pause(ctx, wait, nil)
	}
	if ctx.Err() != nil {
		a.discard()
		return nil, contextError(ctx)
	}
	next, err := c.begin(c.service.client.clock.now(), c.skipTried())
	if err != nil {
		return nil, nil
	}
	a.discard()
	if listeners := &c.service.client.listeners; listeners.listening() {
		listeners.emit(Event{
			Kind: EventRetried, Service: c.service.name, Instance: a.endpoint().Instance, Reason: a.kind.String(), Attempt: int(c.made),
		})
	}
	return next, nil
}

// begin picks the endpoint of an attempt.
func (c *call) begin(now float64, skip func(*balance.Node) bool) (*attempt, error) {
	choice := balance.Choice{Skip: skip, HashKey: c.hashKey, Hashed: c.hashKey != ""}
	ticket, ok := c.balancer.Pick(now, choice)
	if !ok {
		return nil, newError(CodeNoEndpoint, "%s has no endpoint that %s can be called at", c.service.name, c.request.URL.Scheme)
	}
	a := &c.first
	if c.made > 0 {
		a = new(attempt)
		c.others = append(c.others, ticket.Node)
	}
	c.made++
	a.call, a.ticket, a.begun = c, ticket, now
	a.ctx.bind(c.request.Context())
	if listeners := &c.service.client.listeners; listeners.listening() {
		listeners.emit(Event{Kind: EventPicked, Service: c.service.name, Instance: a.endpoint().Instance})
	}
	return a, nil
}

// bodyFor answers the body of the attempt; without one the attempt is over.
func (c *call) bodyFor(a *attempt) (io.ReadCloser, bool) {
	body, err := c.body.next(c.request)
	if err == nil {
		return body, true
	}
	a.kind, a.err, a.final = survive.Cancelled, err, true
	c.balancer.Report(a.ticket, survive.Outcome{Kind: a.kind}, c.service.client.clock.now())
	a.release()
	return nil, false
}

// again decides whether the attempt is repeated, and after which wait. It takes
// the token that this costs.
func (c *call) again(a *attempt) (time.Duration, bool) {
	retry := c.service.policy.Retry
	if !c.mayRepeat(a) || int(c.made) >= retry.Attempts {
		return 0, false
	}
	now := c.service.client.clock.now()
	skip := c.skipTried()
	wait := 0.0
	if until, all := c.balancer.PausedUntil(now, skip); all {
		if wait = until - now; wait > ms(retry.MaxRetryAfter) {
			return 0, false
		}
	}
	elsewhere := skip != nil
	free := a.kind == survive.Refused && elsewhere
	waits := !free && (!elsewhere || c.repeats > 0)
	if waits {
		backoff := survive.RetryBackoff(ms(retry.Backoff), ms(retry.MaxBackoff), int(c.waits), rand.Float64)
		wait = math.Max(wait, backoff)
	}
	if wait > 0 && now+wait >= c.deadline {
		return 0, false
	}
	if !free && !c.service.spend() {
		return 0, false
	}
	if !free {
		c.repeats++
	}
	if waits {
		c.waits++
	}
	return milliseconds(wait), true
}

// mayRepeat tells whether the outcome is one to try again, and the request one
// that may be.
func (c *call) mayRepeat(a *attempt) bool {
	if a.final || a.kind == survive.Cancelled {
		return false
	}
	if a.kind == survive.Refused {
		return c.body.untouched()
	}
	if a.response != nil && !a.repeatableStatus() {
		return false
	}
	return c.repeatable && c.body.replayable()
}

// skipTried leaves out what was tried; nil when nothing else is there.
func (c *call) skipTried() func(*balance.Node) bool {
	skip := func(node *balance.Node) bool { return node == c.first.ticket.Node || slices.Contains(c.others, node) }
	if !c.balancer.Has(skip) {
		return nil
	}
	return skip
}

// failure is the error of a call that nobody answered.
func (c *call) failure(a *attempt) error {
	if a.final {
		if own, ok := a.err.(*Error); ok && own == errCallTime {
			return newError(CodeTimeout, "%s did not answer in time", c.service.name)
		}
		return a.err
	}
	if c.made == 1 {
		return wrapError(CodeEndpointsUnreachable, a.err, "no endpoint of %s answered in 1 attempt", c.service.name)
	}
	return wrapError(CodeEndpointsUnreachable, a.err, "no endpoint of %s answered in %d attempts", c.service.name, c.made)
}

// handOn gives the answer to the caller.
func (c *call) handOn(a *attempt) *http.Response {
	response := a.response
	response.Request = c.request
	if response.Body == http.NoBody {
		c.over(a)
		return response
	}
	a.answer = answerBody{body: response.Body, attempt: a}
	response.Body = &a.answer
	if writer, ok := a.answer.body.(io.Writer); ok {
		response.Body = &upgradedBody{&a.answer, writer}
	}
	if a.asksGzip {
		unpack(response)
	}
	return response
}

// over is called once, when the caller has let go of the answer.
func (c *call) over(a *attempt) {
	a.release()
	c.service.bulkhead.Leave()
}
