package miko

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

const (
	// calm: a session that lived so long was no part of a fight between two
	// processes.
	calm = time.Minute
	// sessionCloseTimeout is what the end of a session may take, its own
	// goroutine's end included.
	sessionCloseTimeout = 2 * time.Second
	sessionEndTimeout   = 500 * time.Millisecond
)

// session is the one session of a client: opened at once, renewed, and opened
// again for ever when Miko no longer knows it (section 2).
type session struct {
	client *Client
	owner  string
	path   string
	cancel context.CancelFunc
	over   chan struct{}
	// first is closed when the first attempt to open it has ended, well or not.
	first chan struct{}
	wake  waker

	mu     sync.Mutex
	id     string
	fenced bool
	// failure is why there is none, where that is known.
	failure *Error
	// ackNow: something was taken away, and Miko should hear that it was applied.
	ackNow bool
}

func openSession(c *Client, owner string) *session {
	ctx, cancel := context.WithCancel(c.ctx)
	s := &session{
		client: c, owner: owner, path: "/v1/projects/" + url.PathEscape(c.settings.project) + "/sessions", cancel: cancel,
		over: make(chan struct{}), first: make(chan struct{}), wake: newWaker(),
	}
	go s.run(ctx)
	return s
}

// current is the id of the open session; "" while there is none.
func (s *session) current() string {
	if s == nil {
		return ""
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.id
}

// whyNot is why there is none; nil where that is not known.
func (s *session) whyNot() *Error {
	if s == nil {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.failure
}

func (s *session) run(ctx context.Context) {
	defer close(s.over)
	failures, fences := 0, 0
	first := sync.OnceFunc(func() { close(s.first) })
	defer first()
	for ctx.Err() == nil {
		opened, err := s.open(ctx)
		if err != nil {
			first()
			if ctx.Err() == nil {
				s.mu.Lock()
				s.failure = err
				s.mu.Unlock()
				s.client.sessionFailed(err)
				pause(ctx, waitAfter(err, failures), nil)
			}
			failures++
			continue
		}
		failures = 0
		openedAt := time.Now()
		s.mu.Lock()
		s.id, s.fenced, s.failure = opened.ID, false, nil
		s.mu.Unlock()
		first()
		s.client.sessionOpened(opened.ID)
		s.hold(ctx, opened)
		if time.Since(openedAt) > calm {
			fences = 0
		}
		wait := survive.Reconnect(0, rand.Float64)
		s.mu.Lock()
		if s.fenced {
			wait = survive.Fenced(fences, rand.Float64)
			fences++
		}
		s.mu.Unlock()
		pause(ctx, milliseconds(wait), nil)
	}
}

func (s *session) open(ctx context.Context) (*wire.Session, *Error) {
	body := map[string]any{"name": s.client.settings.name, "owner": s.owner, "ttl_seconds": s.client.settings.ttlSeconds}
	opened := new(wire.Session)
	if err := s.client.link.callJSON(ctx, http.MethodPost, s.path, body, opened); err != nil {
		return nil, asError(err, CodeUnreachable, "the session cannot be opened")
	}
	if opened.ID == "" {
		return nil, newError(CodeBadAnswer, "Miko's answer: session.id should be a string")
	}
	return opened, nil
}

// hold renews until the session is lost or the client closes.
func (s *session) hold(ctx context.Context, opened *wire.Session) {
	every := renewal(opened)
	next := time.Now().Add(every)
	// notBefore is what Miko asked to wait for: no acknowledgement goes before it.
	var notBefore time.Time
	failures := 0
	for s.current() == opened.ID && ctx.Err() == nil {
		s.wake.wait(ctx, time.Until(next))
		if s.current() != opened.ID || ctx.Err() != nil {
			return
		}
		s.mu.Lock()
		now := time.Now()
		due := !now.Before(next) || s.ackNow && !now.Before(notBefore)
		s.ackNow = s.ackNow && !due
		s.mu.Unlock()
		if !due {
			continue
		}
		renewed, err := s.renew(ctx, opened.ID)
		if err == nil {
			s.client.refusals.over(theSession)
			every, failures = renewal(renewed), 0
			next = time.Now().Add(every)
			continue
		}
		if ctx.Err() != nil {
			return
		}
		s.client.sessionFailed(err)
		if sessionIsOver(err) {
			s.lost(opened.ID, err)
		}
		next = time.Now().Add(renewalAfter(err, failures, every))
		notBefore = time.Now().Add(err.RetryAfter)
		failures++
	}
}

func (s *session) renew(ctx context.Context, id string) (*wire.Session, *Error) {
	var applied *int64
	if revision, ok := s.client.directory.appliedRevision(); ok {
		applied = &revision
	}
	renewed := new(wire.Session)
	if err := s.client.link.callJSON(ctx, http.MethodPut, s.path+"/"+id, map[string]any{"applied": applied}, renewed); err != nil {
		return nil, asError(err, CodeUnreachable, "the session cannot be renewed")
	}
	return renewed, nil
}

// renewal is a little early each time, and not together with the sessions that
// were opened at the same moment.
func renewal(s *wire.Session) time.Duration {
	return milliseconds(float64(max(1, s.RenewEverySeconds)) * 1000 * (0.8 + 0.2*rand.Float64()))
}

// renewalAfter is the wait before a renewal that failed is repeated: no longer
// than between two of them, but never less than Miko asked for.
func renewalAfter(err *Error, failures int, every time.Duration) time.Duration {
	wait := waitAfter(err, failures)
	if err.RetryAfter < every {
		return min(every, wait)
	}
	return wait
}

// lost: a call was told that the session with this id is over.
func (s *session) lost(id string, err *Error) {
	s.mu.Lock()
	if s.id != id {
		s.mu.Unlock()
		return
	}
	s.id, s.fenced, s.failure = "", err.Code == "fenced", err
	fenced := s.fenced
	s.mu.Unlock()
	if fenced {
		s.client.settings.warn(fmt.Sprintf("miko: another process holds a session as owner %q; two processes must never share one", s.owner))
	}
	s.wake.wake()
}

// acknowledge tells Miko at once what was applied, instead of with the next
// renewal.
func (s *session) acknowledge() {
	s.mu.Lock()
	open := s.id != ""
	s.ackNow = s.ackNow || open
	s.mu.Unlock()
	if open {
		s.wake.wake()
	}
}

// close ends the session: what it still has in the directory leaves at once.
func (s *session) close(ctx context.Context) {
	s.cancel()
	// What it is doing ends at once, unless a listener keeps it.
	pause(ctx, sessionEndTimeout, s.over)
	s.mu.Lock()
	leaving := s.id
	s.id = ""
	s.mu.Unlock()
	if leaving == "" {
		return
	}
	_, err := s.client.link.call(ctx, linkCall{method: http.MethodDelete, path: s.path + "/" + leaving, timeout: sessionCloseTimeout})
	if err != nil {
		s.client.listeners.fail("session", err)
	}
}

// waitAfter is the wait before a call is repeated, after so many failures.
func waitAfter(err *Error, failures int) time.Duration {
	return milliseconds(survive.NotUnder(survive.Reconnect(failures, rand.Float64), ms(err.RetryAfter), rand.Float64))
}
