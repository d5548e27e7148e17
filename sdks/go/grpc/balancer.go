package mikogrpc

import (
	"errors"
	"sync"

	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/connectivity"
	"google.golang.org/grpc/resolver"
)

// balancerName is what service configs call it. gRPC knows balancers by a
// table of the process, which is filled at its start.
const balancerName = "miko"

func init() { balancer.Register(balancerBuilder{}) }

type balancerBuilder struct{}

func (balancerBuilder) Name() string { return balancerName }

func (balancerBuilder) Build(cc balancer.ClientConn, _ balancer.BuildOptions) balancer.Balancer {
	return &connections{cc: cc, evaluator: &balancer.ConnectivityStateEvaluator{}, byID: map[string]*connection{}}
}

// connections holds one for each endpoint of the list. Which of them a call
// gets, the client's balancer decides; here they are opened, watched and let go.
// gRPC calls its methods one at a time; connections change state beside that.
type connections struct {
	cc        balancer.ClientConn
	evaluator *balancer.ConnectivityStateEvaluator

	mu   sync.Mutex
	list *list
	// byID is replaced and never changed: pickers read it.
	byID   map[string]*connection
	state  connectivity.State
	closed bool
}

func (b *connections) UpdateClientConnState(state balancer.ClientConnState) error {
	found := listOf(state.ResolverState)
	if found == nil {
		b.fail(errNoList)
		return balancer.ErrBadResolverState
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	before := b.byID
	b.list, b.byID = found, make(map[string]*connection, len(before))
	for _, endpoint := range found.callable() {
		conn := before[endpoint.ID]
		if conn == nil || conn.address != endpoint.Address() {
			conn = b.open(endpoint.Address())
		}
		if conn != nil {
			b.byID[endpoint.ID] = conn
		}
	}
	for id, conn := range before {
		if b.byID[id] != conn {
			conn.leave()
		}
	}
	b.publish()
	return nil
}

var errNoList = errors.New("mikogrpc: this balancer needs a target miko:///service and its resolver")

// open makes a connection that is not dialled yet; nil when the channel is
// closing.
func (b *connections) open(address string) *connection {
	conn := &connection{address: address}
	//lint:ignore SA1019 it has one address, which is what the notice asks for
	sub, err := b.cc.NewSubConn([]resolver.Address{{Addr: address}}, balancer.NewSubConnOptions{
		StateListener: func(state balancer.SubConnState) { b.changed(conn, state) },
	})
	if err != nil {
		return nil
	}
	conn.sub = sub
	conn.set(connectivity.Idle, nil)
	b.state = b.evaluator.RecordTransition(connectivity.Shutdown, connectivity.Idle)
	return conn
}

func (b *connections) changed(conn *connection, state balancer.SubConnState) {
	b.mu.Lock()
	defer b.mu.Unlock()
	before := conn.state()
	conn.set(state.ConnectivityState, state.ConnectionError)
	b.state = b.evaluator.RecordTransition(before, state.ConnectivityState)
	if state.ConnectivityState != connectivity.Shutdown {
		b.publish()
	}
}

// publish gives gRPC a new picker, which lets calls that wait try again.
func (b *connections) publish() {
	if b.closed || b.list == nil {
		return
	}
	if len(b.byID) == 0 {
		b.cc.UpdateState(balancer.State{ConnectivityState: connectivity.TransientFailure, Picker: refusing{b.list.refusal()}})
		return
	}
	b.cc.UpdateState(balancer.State{ConnectivityState: b.state, Picker: &picker{
		client: b.list.client, service: b.list.service, byID: b.byID,
	}})
}

// fail refuses calls, unless a list has been there.
func (b *connections) fail(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.list == nil && !b.closed {
		b.cc.UpdateState(balancer.State{ConnectivityState: connectivity.TransientFailure, Picker: refusing{err}})
	}
}

func (b *connections) ResolverError(err error) { b.fail(err) }

// UpdateSubConnState is never called: connections have a listener of their own.
func (b *connections) UpdateSubConnState(balancer.SubConn, balancer.SubConnState) {}

// ExitIdle connects one endpoint, so that the channel becomes ready by itself;
// the others are connected as they are chosen.
func (b *connections) ExitIdle() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, conn := range b.byID {
		if conn.state() == connectivity.Idle {
			conn.sub.Connect()
			return
		}
	}
}

func (b *connections) Close() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	for _, conn := range b.byID {
		conn.leave()
	}
	b.byID = nil
}

// refusing fails calls; those that wait for a connection go on waiting.
type refusing struct{ err error }

func (r refusing) Pick(balancer.PickInfo) (balancer.PickResult, error) {
	return balancer.PickResult{}, r.err
}
