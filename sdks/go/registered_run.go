package miko

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

const (
	readinessEvery   = 250 * time.Millisecond
	readinessTimeout = 5 * time.Second
)

// run compares what is wanted with what is, and makes the one call that brings
// them nearer.
func (r *Registered) run() {
	defer close(r.over)
	defer r.client.forget(r)
	defer r.client.refusals.over(r.words())
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
	err := act(r.client.ctx, id)
	if err == nil {
		return 0
	}
	own := asError(err, CodeBadAnswer, "Miko's answer about "+r.spec.key()+" cannot be used")
	r.client.listeners.fail("registration", own)
	if sessionIsOver(own) {
		r.client.sessionLost(id, own)
		return 0
	}
	r.failed(own)
	if isRefusal(own) {
		r.refused(own)
	}
	if r.leaving.Err() == nil {
		r.client.refusals.note(r.words(), own)
	}
	if r.client.ctx.Err() == nil && !r.isDeparting() {
		r.wake.wait(r.client.ctx, waitAfter(own, failures))
	}
	return failures + 1
}

func (r *Registered) put(ctx context.Context, id string) error {
	body, err := json.Marshal(r.spec.toWire(id))
	if err != nil {
		return wrapError(CodeInvalidArgument, err, "%s cannot be written as JSON", r.spec.key())
	}
	select {
	case r.client.gate <- struct{}{}:
	case <-r.leaving.Done():
		return nil
	}
	r.mu.Lock()
	r.tried = id
	r.mu.Unlock()
	answer, err := r.client.link.call(ctx, linkCall{method: http.MethodPut, path: r.path, body: body, contentType: "application/json"})
	<-r.client.gate
	if err != nil {
		return err
	}
	listed := new(wire.Endpoint)
	if err := wire.Unmarshal(answer.body, listed); err != nil {
		return err
	}
	if err := listed.Check("endpoint"); err != nil {
		return err
	}
	endpoint := endpointFromWire(r.spec.Service, listed)
	r.mu.Lock()
	r.under, r.endpoint, r.refusal, r.failure = id, endpoint, nil, nil
	close(r.news)
	r.news = make(chan struct{})
	r.mu.Unlock()
	r.client.refusals.over(r.words())
	if r.client.listeners.listening() {
		r.client.listeners.emit(Event{Kind: EventRegistered, Service: r.spec.Service, Instance: r.spec.Instance})
	}
	return nil
}

// remove is answered when every watcher has let go of it, or after the wait.
func (r *Registered) remove(ctx context.Context, id string) error {
	r.mu.Lock()
	drain := r.drain
	r.mu.Unlock()
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
			r.failed(nil)
			return true
		}
		r.failed(newError(CodeNotReady, "the Readiness function of %s has not answered true yet", r.spec.key()))
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
