package miko

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

const (
	// pollTimeout is longer than Miko waits for news, 5 s.
	pollTimeout = 15 * time.Second
	// quietPolls: after so many without news Miko is asked for what it has; it
	// may have lost its data, and count from below.
	quietPolls = 12
)

// poller asks for the endpoint list again and again, where no stream comes
// through (section 1.4). Each question names the revision after the one held,
// so that Miko answers it when something happened.
type poller struct {
	stream *stream
	cancel context.CancelFunc
	// over is closed when it has ended.
	over chan struct{}

	mu     sync.Mutex
	asking context.CancelCauseFunc

	// The rest belongs to the goroutine that polls.
	heldOf, etag string
	held         bool
	answered     bool
	quiet        int
}

func startPoller(ctx context.Context, s *stream) *poller {
	ctx, cancel := context.WithCancel(ctx)
	p := &poller{stream: s, cancel: cancel, over: make(chan struct{})}
	go p.run(ctx)
	return p
}

// again puts a question that waits for its answer anew: the subscriptions are
// others now.
func (p *poller) again() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.asking != nil {
		p.asking(errReopen)
	}
}

func (p *poller) stop() {
	p.cancel()
	<-p.over
}

func (p *poller) run(ctx context.Context) {
	defer close(p.over)
	defer p.cancel()
	failures := 0
	for ctx.Err() == nil {
		next := time.Now().Add(milliseconds(ms(p.stream.pollEvery) * (1 + rand.Float64()/5)))
		err := p.ask(ctx)
		if ctx.Err() != nil {
			return
		}
		var wait time.Duration
		switch {
		case err == nil:
			failures = 0
		case p.isNothingNew(err):
			failures = 0
			wait = milliseconds(survive.NotUnder(0, ms(err.RetryAfter), rand.Float64))
		case !p.answered && err.Status == 0 && err.Code != CodeBadAnswer:
			// No poll ever came through: that is an outage, not a cut stream.
			return
		default:
			p.stream.setPolled(false)
			p.stream.host.onFailed("poll", err, "", true)
			wait = milliseconds(survive.NotUnder(survive.Reconnect(failures, rand.Float64), ms(err.RetryAfter), rand.Float64))
			failures++
		}
		pause(ctx, max(time.Until(next), wait), nil)
	}
}

// ask puts one question; nil also when it was given up for another one.
func (p *poller) ask(ctx context.Context) *Error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	p.mu.Lock()
	p.asking = cancel
	p.mu.Unlock()
	services := p.stream.host.wanted()
	names := strings.Join(services, ",")
	if p.heldOf != names {
		p.held, p.etag = false, ""
	}
	question := listQuestion{services: services, etag: p.etag}
	if revision, ok := p.stream.host.appliedRevision(); ok && p.held && p.quiet < quietPolls {
		question.atLeast = revision + 1
	}
	listed, err := p.stream.link.list(ctx, p.stream.project, question)
	if errors.Is(context.Cause(ctx), errReopen) {
		return nil
	}
	if err != nil {
		return asError(err, CodeUnreachable, "the endpoint list cannot be had")
	}
	if ctx.Err() != nil {
		return nil
	}
	if listed != nil {
		p.heldOf, p.etag, p.held = names, listed.etag, true
		p.stream.host.onPolled(listed.snapshot)
		p.stream.setCursor(listed.cursor, names)
	}
	if question.atLeast == 0 {
		p.quiet = 0
	}
	p.hear()
	return nil
}

func (p *poller) hear() {
	p.answered = true
	if p.stream.setPolled(true) {
		p.stream.host.onConnected(EventPolling)
	}
}

// isNothingNew tells what Miko says when nothing happened while it waited.
func (p *poller) isNothingNew(err *Error) bool {
	if err.Status != http.StatusServiceUnavailable || err.Code != CodeNotReady || !p.held {
		return false
	}
	p.quiet++
	p.hear()
	return true
}

// listQuestion asks for the endpoint list with all endpoints, as in a
// snapshot. AtLeast 0 does not wait.
type listQuestion struct {
	services []string
	atLeast  int64
	etag     string
}

type listed struct {
	snapshot     *wire.Snapshot
	etag, cursor string
}

// list asks once; nil when the list is still the one of the etag.
func (l *link) list(ctx context.Context, project string, q listQuestion) (*listed, error) {
	path := "/v1/projects/" + url.PathEscape(project) + "/endpoints?service=" + strings.Join(q.services, ",") + "&health=any"
	if q.atLeast > 0 {
		path += "&at_least=" + strconv.FormatInt(q.atLeast, 10)
	}
	header := http.Header{}
	if q.etag != "" {
		header.Set("If-None-Match", q.etag)
	}
	answer, err := l.call(ctx, linkCall{method: http.MethodGet, path: path, header: header, timeout: pollTimeout, maxBytes: maxListBytes})
	if err != nil {
		return nil, err
	}
	if answer.status == http.StatusNotModified {
		return nil, nil
	}
	snapshot, err := wire.ReadSnapshot(answer.body)
	if err != nil {
		return nil, wrapError(CodeBadAnswer, err, "Miko's endpoint list cannot be used")
	}
	return &listed{snapshot, answer.header.Get("ETag"), answer.header.Get("Miko-Cursor")}, nil
}
