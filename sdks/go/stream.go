package miko

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

const (
	// settled: the next attempt after a stream that lived so long starts with
	// the shortest wait.
	settled = 10 * time.Second
	// cutsUntilPolling: so many streams in a row that brought nothing are no
	// accident.
	cutsUntilPolling   = 2
	streamWhilePolling = time.Minute
	// joinSubscriptions is how long subscriptions are gathered for one stream.
	joinSubscriptions = 5 * time.Millisecond
)

// errReopen ends a stream whose subscriptions or session are others now.
var errReopen = errors.New("the stream is opened anew")

// streamHost is what the stream works for.
type streamHost interface {
	// wanted are the services to watch, sorted; with none no stream is opened.
	wanted() []string
	// sessionForStream waits a moment for the session that should speak for
	// the stream; "" without one.
	sessionForStream(ctx context.Context) string
	appliedRevision() (revision int64, ok bool)
	onFrame(frame any)
	// onPolled takes a list that was polled: as a snapshot, but its revision is
	// that of its services alone.
	onPolled(frame *wire.Snapshot)
	onConnected(by EventKind)
	// onLost: the stream ended; it is not yet known whether it can be had again.
	onLost()
	// onFailed: an attempt to stream, under session, or a poll failed. Down:
	// nothing brings the lists now.
	onFailed(during string, err *Error, session string, down bool)
}

// stream is the one event stream of a client, for all its subscriptions
// (section 1). It reconnects for ever; it resumes by the cursor of the last
// frame that was applied. Where something cuts every stream, the list is
// polled until a stream brings a frame again.
type stream struct {
	link       *link
	host       streamHost
	project    string
	firstFrame time.Duration
	pollEvery  time.Duration
	wake       chan struct{}

	mu        sync.Mutex
	reopening bool
	joining   bool
	cancel    context.CancelCauseFunc
	poller    *poller
	// polled: the lists come from polling.
	polled bool
	// cursor is of cursorOf, the services it was given for.
	cursor, cursorOf string
}

// reopen takes in the subscriptions and the session of now; those that come
// within a moment are joined.
func (s *stream) reopen() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.reopening = true
	if s.joining {
		return
	}
	s.joining = true
	time.AfterFunc(joinSubscriptions, s.reopenNow)
}

func (s *stream) reopenNow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.joining = false
	if !s.reopening {
		return
	}
	if s.cancel != nil {
		s.cancel(errReopen)
	}
	if s.poller != nil {
		s.poller.again()
	}
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// run lasts until ctx ends.
func (s *stream) run(ctx context.Context) {
	failures, shortLived, cuts := 0, 0, 0
	for ctx.Err() == nil {
		if len(s.host.wanted()) == 0 {
			select {
			case <-s.wake:
			case <-ctx.Done():
			}
			continue
		}
		end := s.readOne(ctx)
		if ctx.Err() != nil {
			break
		}
		// Both count: a Miko that cannot be reached, and one whose streams end
		// as soon as they are opened.
		switch {
		case end.opened && end.lived >= settled:
			failures, shortLived = 0, 0
		case end.opened:
			failures, shortLived = 0, shortLived+1
		case end.err != nil:
			failures++
		}
		if end.reopened {
			continue
		}
		if end.cut {
			cuts++
		} else {
			cuts = 0
		}
		if cuts >= cutsUntilPolling {
			s.startPolling(ctx)
		}
		if over := s.pollingOver(); over != nil {
			pause(ctx, streamWhilePolling, over)
			if s.pollingOver() == nil {
				cuts = 0
			}
			continue
		}
		pause(ctx, waitBeforeNext(end, max(failures, shortLived, 1)-1), nil)
	}
	s.stopPolling()
}

func waitBeforeNext(end ending, attempt int) time.Duration {
	asked := end.retry
	if end.err != nil {
		asked = max(asked, end.err.RetryAfter)
	}
	return milliseconds(survive.NotUnder(survive.Reconnect(attempt, rand.Float64), ms(asked), rand.Float64))
}

// readOne opens the stream and applies its frames until it ends.
func (s *stream) readOne(parent context.Context) ending {
	session := s.host.sessionForStream(parent)
	s.mu.Lock()
	s.reopening = false
	ctx, cancel := context.WithCancelCause(parent)
	s.cancel = cancel
	s.mu.Unlock()
	defer cancel(nil)

	wanted := strings.Join(s.host.wanted(), ",")
	live := false
	end := readStream(ctx, cancel, s.link, streamCall{
		path: s.path(wanted, session), cursor: s.cursorFor(wanted), firstFrame: s.firstFrame,
		onLive: func() {
			live = true
			s.stopPolling()
			s.host.onConnected(EventConnected)
		},
		onFrame: func(frame any, id string) {
			s.host.onFrame(frame)
			s.setCursor(id, wanted)
		},
	})
	if end.reopened {
		return end
	}
	if live {
		s.host.onLost()
	}
	if end.err != nil && parent.Err() == nil {
		s.host.onFailed("stream", end.err, session, !s.isPolled())
	}
	return end
}

func (s *stream) path(wanted, session string) string {
	path := "/v1/projects/" + url.PathEscape(s.project) + "/endpoints:watch?service=" + wanted
	if session != "" {
		path += "&session=" + url.QueryEscape(session)
	}
	return path
}

// cursorFor answers the cursor when it is of these services: a cursor holds its
// subscription.
func (s *stream) cursorFor(wanted string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.cursorOf != wanted {
		return ""
	}
	return s.cursor
}

func (s *stream) setCursor(id, wanted string) {
	if id == "" {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cursor, s.cursorOf = id, wanted
}

func (s *stream) startPolling(ctx context.Context) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.poller == nil {
		s.poller = startPoller(ctx, s)
	}
}

func (s *stream) stopPolling() {
	s.mu.Lock()
	poller := s.poller
	s.poller, s.polled = nil, false
	s.mu.Unlock()
	if poller != nil {
		poller.stop()
	}
}

// pollingOver answers the channel that closes when polling ends; nil while
// nothing polls.
func (s *stream) pollingOver() <-chan struct{} {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.poller == nil {
		return nil
	}
	select {
	case <-s.poller.over:
		s.poller, s.polled = nil, false
		return nil
	default:
		return s.poller.over
	}
}

func (s *stream) isPolled() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.polled
}

// setPolled answers whether that is news.
func (s *stream) setPolled(polled bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	news := s.polled != polled
	s.polled = polled
	return news
}

// pause waits for d, for ctx, or for early, whichever comes first.
func pause(ctx context.Context, d time.Duration, early <-chan struct{}) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-early:
	case <-ctx.Done():
	}
}

func ms(d time.Duration) float64 { return float64(d) / float64(time.Millisecond) }

func milliseconds(ms float64) time.Duration { return time.Duration(ms * float64(time.Millisecond)) }
