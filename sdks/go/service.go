package miko

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"

	"github.com/miko-control-plane/miko/sdks/go/internal/balance"
	"github.com/miko-control-plane/miko/sdks/go/internal/survive"
)

// service is what the client keeps for one service that it asked for. Its
// answer is swapped whole: no call waits for that.
type service struct {
	client *Client
	name   string
	policy *Policy
	fixed  *fixedService
	answer atomic.Pointer[Answer]
	// settled: the first question was answered; later ones wait no more.
	settled atomic.Bool
	// waited: the first wait for Miko was in vain.
	waited atomic.Bool

	bulkhead  *survive.Bulkhead
	pool      *pool
	deadlines *deadlines
	// told is what was last told to an endpoint of the time that is left.
	told atomic.Pointer[toldTime]
	// http is the balancer of most calls, once there is one.
	http atomic.Pointer[balancer]

	mu        sync.Mutex
	balancers map[speaks]*balancer
	watchers  map[*watcher]struct{}

	// learning guards what every call adds to: mu is held while balancers take a
	// new list, and no call waits for that.
	learning sync.Mutex
	budget   *survive.Budget
	gradient *survive.Gradient
	limit    int
}

// speaks is the protocol that is asked of an endpoint: one of those on the
// wire, or one of the words below.
type speaks string

const (
	speaksAny speaks = ""
	// speaksHTTP is http or https.
	speaksHTTP  speaks = "http+https"
	speaksHTTPS speaks = "https"
)

func (s speaks) fits(e *Endpoint) bool {
	switch s {
	case speaksAny:
		return true
	case speaksHTTP:
		return e.Protocol == "http" || e.Protocol == "https"
	}
	return e.Protocol == string(s)
}

// watcher is told that the answer is another one now.
type watcher struct{ wake chan struct{} }

func newService(c *Client, name string) *service {
	policy := c.settings.policyOf(name)
	s := &service{
		client: c, name: name, policy: policy, fixed: c.settings.fixed[name],
		balancers: map[speaks]*balancer{}, watchers: map[*watcher]struct{}{},
		budget: survive.NewBudget(policy.Retry.BudgetTokens, policy.Retry.BudgetRatio),
		limit:  policy.Bulkhead.MaxInFlight, deadlines: newDeadlines(c.clock),
	}
	if policy.Adaptive != nil {
		s.gradient = survive.NewGradient(survive.GradientSettings(*policy.Adaptive))
		s.limit = s.gradient.Limit()
	}
	s.bulkhead = survive.NewBulkhead(s.limit, policy.Bulkhead.MaxQueue)
	s.pool = newPool(policy.Pool, c.settings.dial)
	return s
}

// set takes the answer of now, which may be nil.
func (s *service) set(answer *Answer) {
	if answer == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.answer.Store(answer)
	for speaks, b := range s.balancers {
		b.update(answer, speaks)
	}
	s.pool.retain(answer.Endpoints)
	for w := range s.watchers {
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// balancer answers the one for endpoints of a protocol.
func (s *service) balancer(speaks speaks) *balancer {
	if b := s.http.Load(); b != nil && speaks == speaksHTTP {
		return b
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.balancers[speaks]
	if b == nil {
		b = newBalancer(s)
		s.balancers[speaks] = b
		if answer := s.answer.Load(); answer != nil {
			b.update(answer, speaks)
		}
		if speaks == speaksHTTP {
			s.http.Store(b)
		}
	}
	return b
}

func (s *service) watch() *watcher {
	w := &watcher{make(chan struct{}, 1)}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.watchers[w] = struct{}{}
	return w
}

func (s *service) unwatch(w *watcher) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.watchers, w)
}

// counted notes who answered a call, where fixed connections are given.
func (s *service) counted() {
	if s.fixed == nil {
		return
	}
	if answer := s.answer.Load(); answer != nil {
		s.fixed.counted(answer.Source, s.client.settings.wall)
	}
}

// earn adds what one call adds to the retry budget, spend takes one token.
func (s *service) earn() {
	s.learning.Lock()
	s.budget.Call()
	s.learning.Unlock()
}

func (s *service) spend() bool {
	s.learning.Lock()
	defer s.learning.Unlock()
	return s.budget.Take()
}

// sample lets adaptive concurrency learn of one attempt.
func (s *service) sample(kind survive.Kind, rttMs float64) {
	if s.gradient == nil {
		return
	}
	inFlight := s.bulkhead.InFlight()
	s.learning.Lock()
	s.gradient.Sample(kind, rttMs, inFlight)
	limit := s.gradient.Limit()
	changed := limit != s.limit
	s.limit = limit
	s.learning.Unlock()
	if !changed {
		return
	}
	s.bulkhead.SetLimit(limit)
	if s.client.listeners.listening() {
		s.client.listeners.emit(Event{Kind: EventLimit, Service: s.name, Limit: limit})
	}
}

func (s *service) close() { s.pool.close() }

// balancer chooses among the endpoints of one service and protocol.
type balancer struct {
	*balance.Balancer
	clock clock
}

func newBalancer(s *service) *balancer {
	c := s.client
	config := balance.Config{
		Method: methods[s.policy.Balance], SubsetSize: s.policy.SubsetSize, SlowStartMs: ms(s.policy.SlowStart),
		PanicThreshold: s.policy.PanicThreshold, HashLoadFactor: s.policy.HashLoadFactor,
		Zone: c.settings.zone, Owner: c.settings.subsetOwner(), Random: rand.Float64,
		Listening: c.listeners.listening,
		Notify:    func(event balance.Event) { c.listeners.emit(endpointEvent(event)) },
	}
	if o := s.policy.Outlier; o != nil {
		config.Outlier = &survive.OutlierSettings{
			ConsecutiveFailures: o.ConsecutiveFailures, IntervalMs: ms(o.Interval), BaseEjectionMs: ms(o.BaseEjection),
			MaxEjectionMs: ms(o.MaxEjection), MaxEjectedShare: o.MaxEjectedShare, MinHosts: o.MinHosts,
			MinRequests: o.MinRequests, StdevFactor: o.StdevFactor,
		}
	}
	if b := s.policy.Breaker; b != nil {
		config.Breaker = &survive.BreakerSettings{
			WindowMs: ms(b.Window), MinRequests: b.MinRequests, FailureShare: b.FailureShare, OpenMs: ms(b.Open), MaxOpenMs: ms(b.MaxOpen),
		}
	}
	return &balancer{balance.New(config), c.clock}
}

var methods = map[Balance]balance.Method{
	P2C: balance.P2C, LeastRequest: balance.LeastRequest, RoundRobin: balance.RoundRobin,
	Weighted: balance.Weighted, ConsistentHash: balance.ConsistentHash,
}

var endpointEvents = map[balance.EventKind]EventKind{
	balance.Ejected: EventEjected, balance.Returned: EventReturned, balance.Opened: EventOpened,
	balance.HalfOpened: EventHalfOpened, balance.Reclosed: EventClosed, balance.Paused: EventPaused,
}

func endpointEvent(event balance.Event) Event {
	endpoint := event.Value.(*Endpoint)
	return Event{
		Kind: endpointEvents[event.Kind], Service: endpoint.Service, Instance: endpoint.Instance,
		Reason: event.Reason, For: milliseconds(event.ForMs),
	}
}

func (b *balancer) update(answer *Answer, speaks speaks) {
	members := make([]balance.Member, 0, len(answer.Endpoints)+len(answer.Unusable))
	for _, endpoint := range answer.Endpoints {
		if speaks.fits(endpoint) {
			members = append(members, memberOf(endpoint, true))
		}
	}
	for _, endpoint := range answer.Unusable {
		if speaks.fits(endpoint) {
			members = append(members, memberOf(endpoint, false))
		}
	}
	b.Update(members, b.clock.now())
}

func memberOf(e *Endpoint, usable bool) balance.Member {
	return balance.Member{
		ID: e.ID, Instance: e.Instance, Zone: e.Zone, Weight: e.Weight, Usable: usable, Active: e.State == "active", Value: e,
	}
}

func endpointOf(ticket balance.Ticket) *Endpoint { return ticket.Value.(*Endpoint) }
