package miko

import (
	"context"
	"fmt"
	"os"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// sessionFirst is how long the stream waits for the session that should
	// speak for it.
	sessionFirst        = time.Second
	registrationsAtOnce = 16
	maxRegistrations    = 1000
)

// Client is a connection to one project of one Miko. It is safe for concurrent
// use. Close it when the process leaves.
type Client struct {
	settings  *settings
	clock     clock
	link      *link
	listeners listeners
	refusals  refusals
	directory *directory
	// ctx ends when all is over.
	ctx    context.Context
	cancel context.CancelFunc
	// gate holds a place for each registration call under way.
	gate chan struct{}

	// closing: Close has begun, and nothing more is registered.
	closing atomic.Bool
	// departed is closed when what was registered is out of the directory: until
	// then the process serves, and so it asks and calls. left is closed when all
	// has ended. isDeparted is departed, for every call to look at.
	departed, left chan struct{}
	isDeparted     atomic.Bool
	// hurry ends hurried: a departure under way waits for no watcher any more.
	hurried context.Context
	hurry   context.CancelFunc

	mu            sync.Mutex
	session       *session
	registrations map[string]*Registered
}

// Connect answers a client of the Miko at address ("": MIKO_URL, else
// http://127.0.0.1:7450). It answers at once, whether Miko is there or not, and
// fails only by invalid_argument, or when ctx has ended. The client outlives
// ctx: end it by Close.
func Connect(ctx context.Context, address string, opts ...Option) (*Client, error) {
	ctx = orBackground(ctx)
	if ctx.Err() != nil {
		return nil, contextError(ctx)
	}
	o, err := readOptions(opts)
	if err != nil {
		return nil, err
	}
	s, err := readSettings(address, o, os.Getenv)
	if err != nil {
		return nil, err
	}
	return start(ctx, s, o.listener)
}

func start(ctx context.Context, s *settings, listeners []func(Event)) (*Client, error) {
	c := &Client{
		settings: s, clock: newClock(), link: newLink(s.url, s.token, s.dial, s.wall),
		gate: make(chan struct{}, registrationsAtOnce), departed: make(chan struct{}), left: make(chan struct{}), registrations: map[string]*Registered{},
	}
	c.hurried, c.hurry = context.WithCancel(context.Background())
	c.listeners.warn = s.warn
	c.refusals.warn, c.refusals.url, c.refusals.project = s.warn, s.url, s.project
	for _, take := range listeners {
		c.listeners.on(take)
	}
	c.ctx, c.cancel = context.WithCancel(context.WithoutCancel(ctx))
	c.directory = newDirectory(c.ctx, c)
	for _, service := range slices.Concat(s.required, s.optional) {
		if _, err := c.directory.subscribe(service); err != nil {
			c.cancel()
			return nil, err
		}
	}
	c.directory.start()
	if s.owner != "" {
		c.mu.Lock()
		c.session = openSession(c, s.owner)
		c.mu.Unlock()
	}
	return c, nil
}

// Endpoints answers what the directory says of the service: from memory after
// the first time, which waits a bounded time for Miko and then falls back to
// the disk. The service is watched from then on. That nobody could say yet is
// an answer, NotReady; the error is invalid_argument, too_many, closed, or
// ctx's.
func (c *Client) Endpoints(ctx context.Context, service string) (*Answer, error) {
	if c.isDeparted.Load() {
		return nil, errClosed()
	}
	s, err := c.directory.service(service)
	if err != nil {
		return nil, err
	}
	if s.settled.Load() {
		return c.directory.now(s), nil
	}
	return c.directory.answer(ctx, s)
}

// known answers the service when it has endpoints.
func (c *Client) known(ctx context.Context, name string) (*service, error) {
	answer, err := c.Endpoints(ctx, name)
	if err != nil {
		return nil, err
	}
	if err := answer.refusal(); err != nil {
		return nil, err
	}
	return c.directory.service(name)
}

// atOnce answers the service when its endpoints are known without waiting; nil
// otherwise.
func (c *Client) atOnce(name string) *service {
	s := c.directory.watched(name)
	if s == nil || c.isDeparted.Load() {
		return nil
	}
	if answer := s.answer.Load(); !s.settled.Load() || answer == nil || answer.State != Known {
		return nil
	}
	return s
}

// Ready waits until each required service is known, and every one of them at
// once: give ctx a deadline. When ctx ends before, or Miko refuses the client,
// the error is a not_ready that names the others and says why; its Cause is the
// last failure. The client works on all the same. After Close it is closed.
func (c *Client) Ready(ctx context.Context) error {
	ctx = orBackground(ctx)
	for {
		failure, news := c.directory.whyNot()
		if c.isDeparted.Load() {
			return errClosed()
		}
		missing := c.missing()
		if len(missing) == 0 {
			return nil
		}
		what := "not known yet: " + strings.Join(missing, ", ")
		if failure != nil && isRefusal(failure) {
			return notYet(CodeNotReady, what, failure, nil)
		}
		select {
		case <-news:
		case <-c.departed:
		case <-ctx.Done():
			return notYet(CodeNotReady, what, failure, contextError(ctx))
		}
	}
}

func (c *Client) missing() []string {
	var missing []string
	for _, name := range c.settings.required {
		s, err := c.directory.service(name)
		if err != nil || s.answer.Load() == nil || s.answer.Load().State != Known {
			missing = append(missing, name)
		}
	}
	return missing
}

// Register puts an endpoint into the directory and keeps it there until its
// Close, or the client's. It answers at once: wait for Ready of what it
// answers. The error is invalid_argument, too_many or closed, or ctx's.
func (c *Client) Register(ctx context.Context, registration Registration) (*Registered, error) {
	if ctx = orBackground(ctx); ctx.Err() != nil {
		return nil, contextError(ctx)
	}
	if err := registration.check(); err != nil {
		return nil, err
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.closing.Load() {
		return nil, errClosed()
	}
	if c.registrations[registration.key()] != nil {
		return nil, newError(CodeInvalidArgument, "%s is registered by this client already", registration.key())
	}
	if len(c.registrations) >= maxRegistrations {
		return nil, newError(CodeTooMany, "one client registers at most %d endpoints", maxRegistrations)
	}
	if c.session == nil {
		c.session = openSession(c, registration.owner())
	}
	r := newRegistered(c, registration.clone())
	c.registrations[registration.key()] = r
	go r.run()
	return r, nil
}

// On tells listener of every event until stop is called. It is called in turn,
// by the goroutines that decide: it must be quick.
func (c *Client) On(listener func(Event)) (stop func()) { return c.listeners.on(listener) }

// Status is where the client stands.
type Status struct {
	// Connected: the stream runs, or polling in its place; the lists are current.
	Connected bool
	// StaleSince is when the lists began to be old; zero while they are current,
	// and while there are none.
	StaleSince time.Time
	// Revision is that up to which all is applied; 0 before Miko's first word.
	Revision int64
	// Session is the id of the open one.
	Session string
	// Registered: there are registrations, and all stand in the directory.
	Registered bool
}

// Status answers it.
func (c *Client) Status() Status {
	c.mu.Lock()
	registered := len(c.registrations) > 0
	all := make([]*Registered, 0, len(c.registrations))
	for _, r := range c.registrations {
		all = append(all, r)
	}
	session := c.session
	c.mu.Unlock()
	for _, r := range all {
		registered = registered && r.Registered()
	}
	d := c.directory
	d.mu.Lock()
	defer d.mu.Unlock()
	return Status{
		Connected: d.connected != "", StaleSince: d.stale, Revision: d.revision, Session: session.current(), Registered: registered,
	}
}

func (c *Client) forget(r *Registered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.registrations[r.spec.key()] == r {
		delete(c.registrations, r.spec.key())
	}
}

func (c *Client) currentSession() string {
	c.mu.Lock()
	session := c.session
	c.mu.Unlock()
	return session.current()
}

// sessionForStream waits a moment for the first attempt to open one.
func (c *Client) sessionForStream(ctx context.Context) string {
	c.mu.Lock()
	session := c.session
	c.mu.Unlock()
	if session == nil {
		return ""
	}
	pause(ctx, sessionFirst, session.first)
	return session.current()
}

func (c *Client) acknowledge() {
	c.mu.Lock()
	session := c.session
	c.mu.Unlock()
	if session != nil {
		session.acknowledge()
	}
}

func (c *Client) sessionLost(id string, err *Error) {
	c.mu.Lock()
	session := c.session
	c.mu.Unlock()
	if session != nil {
		session.lost(id, err)
	}
}

func (c *Client) sessionOpened(id string) {
	c.refusals.over(theSession)
	if c.listeners.listening() {
		c.listeners.emit(Event{Kind: EventSession, Session: id})
	}
	c.eachRegistered(func(r *Registered) { r.wake.wake() })
	c.directory.stream.reopen()
}

func (c *Client) sessionFailed(err *Error) {
	c.listeners.fail("session", err)
	c.refusals.note(theSession, err)
	if isRefusal(err) {
		c.eachRegistered(func(r *Registered) { r.refused(err) })
	}
}

func (c *Client) eachRegistered(do func(*Registered)) {
	c.mu.Lock()
	all := make([]*Registered, 0, len(c.registrations))
	for _, r := range c.registrations {
		all = append(all, r)
	}
	c.mu.Unlock()
	for _, r := range all {
		do(r)
	}
}

// String names the client for people; never the token.
func (c *Client) String() string {
	return fmt.Sprintf("miko client of %s, project %s", c.settings.url, c.settings.project)
}
