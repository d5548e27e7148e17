package miko

import (
	"context"
	"net/http"
	"net/url"
	"sync"
	"time"
)

// departTimeout is what a departure may take besides the wait for watchers.
const departTimeout = 5 * time.Second

// Registered is one endpoint of this process in the directory: put there, and
// put there again under each new session, until it is closed.
type Registered struct {
	client *Client
	spec   Registration
	path   string
	wake   waker
	// leaving ends with Close, over is closed when it is out of the directory.
	leaving context.Context
	leave   context.CancelFunc
	over    chan struct{}

	mu sync.Mutex
	// under is the session under which it stands in the directory; tried the one
	// under which it may stand there: a call was sent, whatever came of it.
	under, tried string
	endpoint     *Endpoint
	refusal      error
	// failure is why it does not stand there yet, where that is known.
	failure   *Error
	departing bool
	// drain is how long its departure waits for watchers.
	drain time.Duration
	// news is closed, and made anew, when Ready should look again.
	news chan struct{}
}

func newRegistered(c *Client, spec Registration) *Registered {
	r := &Registered{
		client: c, spec: spec, drain: c.settings.drain, wake: newWaker(), over: make(chan struct{}), news: make(chan struct{}),
		path: "/v1/projects/" + url.PathEscape(c.settings.project) + "/services/" + url.PathEscape(spec.Service) +
			"/endpoints/" + url.PathEscape(spec.Instance),
	}
	r.leaving, r.leave = context.WithCancel(c.ctx)
	return r
}

// Service and Instance are those registered.
func (r *Registered) Service() string  { return r.spec.Service }
func (r *Registered) Instance() string { return r.spec.Instance }

// Ready waits until the endpoint first stands in the directory: give ctx a
// deadline. With a Check it gets calls when that has risen, a moment later. It
// fails when Miko refuses it for a reason that waiting does not mend, with
// timeout when ctx ran out, which says why (the Cause is the last failure), and
// with closed after Close. The attempts go on in the background nevertheless.
func (r *Registered) Ready(ctx context.Context) (*Endpoint, error) {
	ctx = orBackground(ctx)
	for {
		r.mu.Lock()
		endpoint, refusal, news := r.endpoint, r.refusal, r.news
		r.mu.Unlock()
		if r.leaving.Err() != nil || r.client.closing.Load() {
			return nil, newError(CodeClosed, "the registration of %s was closed", r.spec.key())
		}
		if endpoint != nil {
			return endpoint, nil
		}
		if refusal != nil {
			return nil, refusal
		}
		select {
		case <-news:
		case <-r.leaving.Done():
		case <-ctx.Done():
			ended := contextError(ctx)
			// A deadline may have another cause, of the caller's own.
			if CodeOf(ended) != CodeTimeout && ctx.Err() != context.DeadlineExceeded {
				return nil, ended
			}
			return nil, notYet(CodeTimeout, r.spec.key()+" is not registered yet", r.whyNot(), ctx.Err())
		}
	}
}

// whyNot is why it does not stand in the directory; nil where that is not known.
func (r *Registered) whyNot() *Error {
	r.mu.Lock()
	failure := r.failure
	r.mu.Unlock()
	if failure != nil {
		return failure
	}
	r.client.mu.Lock()
	session := r.client.session
	r.client.mu.Unlock()
	return session.whyNot()
}

// Registered tells whether it stands in the directory under the present
// session. With a Check it gets calls only when that has risen.
func (r *Registered) Registered() bool {
	r.mu.Lock()
	under := r.under
	r.mu.Unlock()
	return under != "" && under == r.client.currentSession()
}

// Report says how an endpoint with a ttl check is: passing, warning or
// critical. The note, at most 256 characters, is for people.
func (r *Registered) Report(ctx context.Context, health, note string) error {
	if r.leaving.Err() != nil || r.client.closing.Load() {
		return newError(CodeClosed, "the registration of %s was closed", r.spec.key())
	}
	ctx, id := orBackground(ctx), r.client.currentSession()
	if id == "" {
		return newError(CodeNotReady, "%s has no session at the moment", r.spec.key())
	}
	body := map[string]any{"session": id, "health": health, "note": note}
	return r.client.link.callJSON(ctx, http.MethodPut, r.path+"/health", body, nil)
}

// Close takes it out of the directory and waits until its watchers have let go
// of it, for the drain time and 5 s at most: go on serving until then. It fails
// only when ctx ends before; then it goes on in the background. Where ctx has
// ended before, it is taken out all the same, without waiting for its watchers:
// that takes at most 2 s.
func (r *Registered) Close(ctx context.Context) error {
	ctx = orBackground(ctx)
	ended, bound := ctx.Done(), r.client.settings.drain+departTimeout
	if ctx.Err() != nil {
		ended, bound = nil, hurriedClose
		r.mu.Lock()
		r.drain = 0
		r.mu.Unlock()
	}
	r.depart()
	timer := time.NewTimer(bound)
	defer timer.Stop()
	select {
	case <-r.over:
	case <-timer.C:
	case <-ended:
		return contextError(ctx)
	}
	return nil
}

func (r *Registered) depart() {
	r.leave()
	r.wake.wake()
}

// refused: the session it needs, or itself, is refused for a reason that
// waiting does not mend.
func (r *Registered) refused(err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.refusal = err
	close(r.news)
	r.news = make(chan struct{})
}

func (r *Registered) failed(why *Error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.failure = why
}

// words name it in a warning.
func (r *Registered) words() string { return "the registration of " + r.spec.key() }

func (r *Registered) standsUnder() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.under
}

func (r *Registered) triedUnder() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.tried
}

func (r *Registered) isDeparting() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.departing
}
