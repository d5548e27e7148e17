package miko

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

const (
	// maxNames: all names stand in the address of the stream, of which Miko
	// takes 8,192 characters; the rest is room for its other parts.
	maxNames   = 7000
	storeDelay = 500 * time.Millisecond
)

// directory is this process's copy of it: what was asked for once is watched
// until the client closes. Answers are read from the services without its
// lock.
type directory struct {
	client   *Client
	stream   *stream
	cache    *cache
	services sync.Map // of name to *service
	// newest is the service asked for last: most calls go where the one before
	// went, and to compare is cheaper than to look up.
	newest atomic.Pointer[service]
	done   sync.WaitGroup
	ctx    context.Context

	mu    sync.Mutex
	lists *lists
	names []string
	chars int
	// news is closed, and another one made, when a first answer may be there.
	news      chan struct{}
	closed    bool
	revision  int64
	hasFrame  bool
	connected EventKind
	failure   *Error
	told      bool
	stale     time.Time
	storing   *time.Timer
	// later are the events to tell when the lock is free.
	later []Event
}

func newDirectory(ctx context.Context, c *Client) *directory {
	s := c.settings
	d := &directory{client: c, ctx: ctx, lists: newLists(), news: make(chan struct{})}
	d.stream = &stream{
		link: c.link, host: d, project: s.project, firstFrame: s.firstFrame, pollEvery: s.poll, wake: make(chan struct{}, 1),
	}
	if s.cacheDir != "" {
		d.cache = newCache(s.cacheDir, s.url, s.project)
		d.restore()
	}
	return d
}

func (d *directory) start() { d.spawn(func() { d.stream.run(d.ctx) }) }

// spawn runs work that close waits for.
func (d *directory) spawn(work func()) {
	d.done.Add(1)
	go func() {
		defer d.done.Done()
		work()
	}()
}

// restore takes over what the disk remembers.
func (d *directory) restore() {
	saved, at, err := d.cache.load()
	if err != nil {
		d.client.listeners.fail("cache", err)
		return
	}
	if saved != nil {
		d.lists.restore(saved)
		d.stale = at
	}
}

// service answers what is kept for one service, and watches it from now on.
func (d *directory) service(name string) (*service, error) {
	if s := d.watched(name); s != nil {
		return s, nil
	}
	return d.subscribe(name)
}

// watched is nil for a service that nobody asked for.
func (d *directory) watched(name string) *service {
	if s := d.newest.Load(); s != nil && s.name == name {
		return s
	}
	held, ok := d.services.Load(name)
	if !ok {
		return nil
	}
	s := held.(*service)
	d.newest.Store(s)
	return s
}

func (d *directory) subscribe(name string) (*service, error) {
	if !serviceName.MatchString(name) {
		return nil, newError(CodeInvalidArgument, "service %.100q must match %s", name, serviceName)
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if held, ok := d.services.Load(name); ok {
		return held.(*service), nil
	}
	if d.closed {
		return nil, errClosed()
	}
	if d.chars+len(name)+1 > maxNames {
		return nil, newError(CodeTooMany, "the names of all services that one client watches have at most %d characters", maxNames)
	}
	d.chars += len(name) + 1
	at, _ := slices.BinarySearch(d.names, name)
	d.names = slices.Insert(slices.Clone(d.names), at, name)
	s := newService(d.client, name)
	s.set(d.effective(s))
	d.services.Store(name, s)
	d.stream.reopen()
	return s, nil
}

// effective is the answer held, or the fixed one where Miko does not know the
// service, or cannot say (section 7); nil when there is none.
func (d *directory) effective(s *service) *Answer {
	held := d.lists.answer(s.name)
	if s.fixed == nil {
		return held
	}
	if held != nil && held.State == Known {
		s.fixed.moved.Store(true)
	}
	if held != nil && held.knowsTheService(s.fixed.moved.Load()) {
		return held
	}
	if d.lists.heard(s.name) || d.failure != nil || s.waited.Load() {
		return s.fixed.answer
	}
	return held
}

// refresh publishes the effective answer where it is another one now.
func (d *directory) refresh(s *service) {
	answer := d.effective(s)
	if answer == nil || answer == s.answer.Load() {
		return
	}
	s.set(answer)
	d.tell(Event{Kind: EventChanged, Service: s.name, Answer: answer})
}

// answer waits for the first one, a bounded time; then it falls back to what
// the disk says, to what is fixed, to NotReady. Later questions wait no more. One
// that still waits when the client has departed is closed.
func (d *directory) answer(ctx context.Context, s *service) (*Answer, error) {
	ctx = orBackground(ctx)
	patience := time.NewTimer(d.client.settings.firstAnswer)
	defer patience.Stop()
	for {
		if d.client.isDeparted.Load() {
			return nil, errClosed()
		}
		d.mu.Lock()
		found, news := d.first(s), d.news
		d.unlock()
		if found != nil {
			s.settled.Store(true)
			return found, nil
		}
		select {
		case <-news:
		case <-d.client.departed:
		case <-ctx.Done():
			return nil, contextError(ctx)
		case <-patience.C:
			s.waited.Store(true)
		}
	}
}

// first is an answer that waiting would not better; nil while Miko may still
// give one.
func (d *directory) first(s *service) *Answer {
	d.refresh(s)
	held := s.answer.Load()
	if d.lists.heard(s.name) {
		return held
	}
	if s.waited.Load() || d.failure != nil && (held != nil || isRefusal(d.failure)) {
		return d.fallback(s)
	}
	return nil
}

// whyNot is the last failure while nothing brings the lists, and what is closed
// when there is news.
func (d *directory) whyNot() (*Error, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.failure, d.news
}

// now is the answer of this moment, for questions after the first.
func (d *directory) now(s *service) *Answer {
	if held := s.answer.Load(); held != nil {
		return held
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.fallback(s)
}

func (d *directory) fallback(s *service) *Answer {
	if held := s.answer.Load(); held != nil {
		return held
	}
	answer := &Answer{State: NotReady, Service: s.name}
	if d.failure != nil {
		answer.Err = d.failure
	}
	return answer
}

// take publishes what a frame did; the lock is held.
func (d *directory) take(done applied) {
	for _, name := range done.changed {
		held, ok := d.services.Load(name)
		if !ok {
			continue
		}
		d.refresh(held.(*service))
	}
	for _, name := range done.doubted {
		d.tell(Event{Kind: EventHeldEmpty, Service: name})
	}
	if len(done.doubted) > 0 {
		d.spawn(func() { d.confirm(done.doubted) })
	}
	if len(done.changed) > 0 && d.cache != nil && d.storing == nil && !d.closed {
		d.storing = time.AfterFunc(storeDelay, d.store)
	}
	d.lookAgain()
	if done.released {
		d.client.acknowledge()
	}
}

// lookAgain wakes those who wait for a first answer.
func (d *directory) lookAgain() {
	close(d.news)
	d.news = make(chan struct{})
}

func (d *directory) tell(event Event) {
	if d.client.listeners.listening() {
		d.later = append(d.later, event)
	}
}

func (d *directory) unlock() {
	later := d.later
	d.later = nil
	d.mu.Unlock()
	for _, event := range later {
		d.client.listeners.emit(event)
	}
}

func (d *directory) wanted() []string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.names
}

func (d *directory) sessionForStream(ctx context.Context) string {
	return d.client.sessionForStream(ctx)
}

func (d *directory) appliedRevision() (int64, bool) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.revision, d.hasFrame
}

func (d *directory) onFrame(frame any) {
	d.mu.Lock()
	defer d.unlock()
	switch frame := frame.(type) {
	case *wire.Snapshot:
		d.revision, d.hasFrame = frame.Revision, true
		d.take(d.lists.snapshot(frame))
	case *wire.Delta:
		d.revision, d.hasFrame = frame.Revision, true
		d.take(d.lists.delta(frame))
	case *wire.Bookmark:
		d.revision, d.hasFrame = frame.Revision, true
	}
}

func (d *directory) onPolled(frame *wire.Snapshot) {
	d.mu.Lock()
	defer d.unlock()
	d.revision, d.hasFrame = max(d.revision, frame.Revision), true
	d.take(d.lists.snapshot(frame))
}

func (d *directory) onConnected(by EventKind) {
	d.mu.Lock()
	defer d.unlock()
	if d.connected != by {
		d.tell(Event{Kind: by})
	}
	d.connected, d.stale, d.failure, d.told = by, time.Time{}, nil, false
	d.client.refusals.over(theLists)
}

func (d *directory) onLost() {
	d.mu.Lock()
	defer d.unlock()
	d.lost()
}

func (d *directory) lost() {
	if d.connected != "" {
		d.stale = d.client.settings.wall()
	}
	d.connected = ""
}

func (d *directory) onFailed(during string, err *Error, session string, down bool) {
	d.mu.Lock()
	d.tell(Event{Kind: EventError, During: during, Err: err})
	if down {
		// Also when it was given up for a new one on purpose, and that could not
		// be opened.
		d.lost()
		d.failure = err
		if !d.told {
			d.tell(Event{Kind: EventStale, Since: d.stale, Err: err})
		}
		d.told = true
		d.services.Range(func(_, held any) bool {
			d.refresh(held.(*service))
			return true
		})
	}
	d.lookAgain()
	d.unlock()
	d.client.refusals.note(theLists, err)
	if session != "" && sessionIsOver(err) {
		d.client.sessionLost(session, err)
	}
}

func (d *directory) store() {
	d.mu.Lock()
	d.storing = nil
	saved := d.lists.save()
	d.mu.Unlock()
	if err := d.cache.store(saved, d.client.settings.wall()); err != nil {
		d.client.listeners.fail("cache", err)
	}
}

// close ends all waits and, with its context, the stream.
func (d *directory) close() {
	d.mu.Lock()
	d.closed = true
	d.failure = errClosed()
	d.lookAgain()
	storing := d.storing
	d.unlock()
	if storing != nil && storing.Stop() {
		d.store()
	}
	d.services.Range(func(_, held any) bool {
		held.(*service).close()
		return true
	})
}

func errClosed() *Error { return newError(CodeClosed, "the client is closed") }

// contextError is what the caller's context ended with: a timeout of ours for a
// deadline, the caller's own word for anything else.
func contextError(ctx context.Context) error {
	cause := context.Cause(ctx)
	if cause == context.DeadlineExceeded {
		return wrapError(CodeTimeout, cause, "the caller's deadline has passed")
	}
	return cause
}

// orBackground stands in for a context that nobody gave.
func orBackground(ctx context.Context) context.Context {
	if ctx == nil {
		return context.Background()
	}
	return ctx
}
