package miko

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

const (
	readinessEvery   = 250 * time.Millisecond
	readinessTimeout = 5 * time.Second
	// departTimeout is what a departure may take besides the wait for watchers.
	departTimeout = 5 * time.Second
)

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
	departing    bool
	// news is closed, and made anew, when Ready should look again.
	news chan struct{}
}

func newRegistered(c *Client, spec Registration) *Registered {
	r := &Registered{
		client: c, spec: spec, wake: newWaker(), over: make(chan struct{}), news: make(chan struct{}),
		path: "/v1/projects/" + url.PathEscape(c.settings.project) + "/services/" + url.PathEscape(spec.Service) +
			"/endpoints/" + url.PathEscape(spec.Instance),
	}
	r.leaving, r.leave = context.WithCancel(c.ctx)
	return r
}

// Service and Instance are those registered.
func (r *Registered) Service() string  { return r.spec.Service }
func (r *Registered) Instance() string { return r.spec.Instance }

// Ready waits until the endpoint first stands in the directory. It fails when
// Miko refuses it for a reason that waiting does not mend, with closed, or with
// the end of ctx; the attempts go on in the background nevertheless.
func (r *Registered) Ready(ctx context.Context) (*Endpoint, error) {
	for {
		r.mu.Lock()
		endpoint, refusal, news := r.endpoint, r.refusal, r.news
		r.mu.Unlock()
		if endpoint != nil {
			return endpoint, nil
		}
		if refusal != nil {
			return nil, refusal
		}
		select {
		case <-news:
		case <-r.over:
			return nil, newError(CodeClosed, "the registration of %s was closed", r.spec.key())
		case <-ctx.Done():
			return nil, contextError(ctx)
		}
	}
}

// Listed tells whether it stands in the directory under the present session.
func (r *Registered) Listed() bool {
	r.mu.Lock()
	under := r.under
	r.mu.Unlock()
	return under != "" && under == r.client.currentSession()
}

// Report says how an endpoint with a ttl check is: passing, warning or
// critical. The note, at most 256 characters, is for people.
func (r *Registered) Report(ctx context.Context, health, note string) error {
	id := r.client.currentSession()
	if id == "" {
		return newError(CodeNotReady, "%s has no session at the moment", r.spec.key())
	}
	body := map[string]any{"session": id, "health": health, "note": note}
	return r.client.link.callJSON(ctx, http.MethodPut, r.path+"/health", body, nil)
}

// Close takes it out of the directory and waits until its watchers have let go
// of it, for the drain time and 5 s at most: go on serving until then. It fails
// only when ctx ends before; then it goes on in the background.
func (r *Registered) Close(ctx context.Context) error {
	r.depart()
	timer := time.NewTimer(r.client.settings.drain + departTimeout)
	defer timer.Stop()
	select {
	case <-r.over:
	case <-timer.C:
	case <-ctx.Done():
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

// run compares what is wanted with what is, and makes the one call that brings
// them nearer.
func (r *Registered) run() {
	defer close(r.over)
	defer r.client.forget(r)
	if !r.untilReady() {
		return
	}
	failures := 0
	for r.leaving.Err() == nil {
		id := r.client.currentSession()
		if id == "" || id == r.standsUnder() {
			failures = 0
			r.wake.wait(r.leaving, forever)
			continue
		}
		failures = r.attempt(id, failures, r.put)
	}
	// What an older session left lapses by itself.
	for id := r.client.currentSession(); id != "" && id == r.triedUnder(); id = r.client.currentSession() {
		failures = r.attempt(id, failures, r.remove)
		if r.isDeparting() {
			return
		}
	}
}

// attempt makes the call, and after a failure the wait; it answers how many
// there were.
func (r *Registered) attempt(id string, failures int, act func(ctx context.Context, id string) error) int {
	r.client.gate <- struct{}{}
	err := act(r.client.ctx, id)
	<-r.client.gate
	if err == nil {
		return 0
	}
	own := asError(err, CodeBadAnswer, "Miko's answer about "+r.spec.key()+" cannot be used")
	r.client.listeners.fail("registration", own)
	if sessionIsOver(own) {
		r.client.sessionLost(id, own)
		return 0
	}
	if isRefusal(own) {
		r.refused(own)
	}
	if r.client.ctx.Err() == nil && !r.isDeparting() {
		r.wake.wait(r.client.ctx, waitAfter(own, failures))
	}
	return failures + 1
}

func (r *Registered) put(ctx context.Context, id string) error {
	r.mu.Lock()
	r.tried = id
	r.mu.Unlock()
	body, err := json.Marshal(r.spec.toWire(id))
	if err != nil {
		return wrapError(CodeInvalidArgument, err, "%s cannot be written as JSON", r.spec.key())
	}
	answer, err := r.client.link.call(ctx, linkCall{method: http.MethodPut, path: r.path, body: body, contentType: "application/json"})
	if err != nil {
		return err
	}
	listed := new(wire.Endpoint)
	if err := json.Unmarshal(answer.body, listed); err != nil {
		return err
	}
	if err := listed.Check("endpoint"); err != nil {
		return err
	}
	endpoint := endpointFromWire(r.spec.Service, listed)
	r.mu.Lock()
	r.under, r.endpoint, r.refusal = id, endpoint, nil
	close(r.news)
	r.news = make(chan struct{})
	r.mu.Unlock()
	if r.client.listeners.listening() {
		r.client.listeners.emit(Event{Kind: EventRegistered, Service: r.spec.Service, Instance: r.spec.Instance})
	}
	return nil
}

// remove is answered when every watcher has let go of it, or after the wait.
func (r *Registered) remove(ctx context.Context, id string) error {
	drain := r.client.settings.drain
	query := url.Values{"session": {id}, "wait_seconds": {strconv.Itoa(int(drain / time.Second))}}
	_, err := r.client.link.call(ctx, linkCall{
		method: http.MethodDelete, path: r.path + "?" + query.Encode(), timeout: drain + departTimeout,
	})
	if err != nil {
		own := asError(err, CodeUnreachable, r.spec.key()+" cannot be taken out")
		// Absent, or no longer this session's: either way it is not ours.
		if own.Status != http.StatusNotFound && own.Status != http.StatusConflict {
			return own
		}
	}
	r.mu.Lock()
	r.under, r.tried = "", ""
	r.mu.Unlock()
	return nil
}

// untilReady asks the readiness function; false when it is closed before.
func (r *Registered) untilReady() bool {
	for r.spec.Readiness != nil && r.leaving.Err() == nil {
		if r.isReady() {
			return true
		}
		pause(r.leaving, readinessEvery, nil)
	}
	return r.leaving.Err() == nil
}

func (r *Registered) isReady() bool {
	ctx, cancel := context.WithTimeout(r.leaving, readinessTimeout)
	defer cancel()
	said := make(chan bool, 1)
	go func() {
		defer func() {
			if thrown := recover(); thrown != nil {
				r.client.listeners.fail("registration",
					newError(CodeListenerFailed, "the readiness function of %s panicked: %s", r.spec.key(), fmt.Sprint(thrown)))
				said <- false
			}
		}()
		said <- r.spec.Readiness(ctx)
	}()
	select {
	case ready := <-said:
		return ready
	case <-ctx.Done():
		return false
	}
}

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
