package mikogrpc

import (
	"context"
	"fmt"

	"github.com/miko-control-plane/miko/sdks/go"
	"google.golang.org/grpc/balancer"
	"google.golang.org/grpc/connectivity"
)

// picker answers, for each attempt of a call, which connection it gets.
type picker struct {
	client  *miko.Client
	service string
	// byID is not changed while a picker has it.
	byID map[string]*connection
}

// mostTries bounds how many endpoints without a connection are looked at
// before one that has a connection is asked for.
const mostTries = 4

// Pick asks the client's balancer freely first: so each endpoint gets its share
// of the choices, and is connected by the first of them. What it chooses may be
// out of reach: then the balancer is told so, and asked again among the others.
func (p *picker) Pick(info balancer.PickInfo) (balancer.PickResult, error) {
	call := callOf(info.Ctx)
	skipped := call.tried()
	for range mostTries {
		picked, err := p.ask(info.Ctx, skipped)
		if miko.CodeOf(err) == miko.CodeNoEndpoint {
			break
		}
		if err != nil {
			return balancer.PickResult{}, err
		}
		conn := p.byID[picked.Endpoint.ID]
		if p.isReady(picked.Endpoint) && conn.take() {
			return p.chosen(info.Ctx, call, picked, conn), nil
		}
		skipped = append(skipped, picked.Endpoint.ID)
		if conn != nil && conn.state() == connectivity.TransientFailure {
			picked.Done(miko.Outcome{Kind: miko.Refused})
			continue
		}
		picked.Done(miko.Outcome{Kind: miko.Cancelled})
		if conn != nil {
			conn.sub.Connect()
		}
	}
	return p.amongReady(info.Ctx, call, skipped)
}

// amongReady chooses among the connected ones: not those tried before, while
// there are others.
func (p *picker) amongReady(ctx context.Context, call *call, skipped []string) (balancer.PickResult, error) {
	for _, except := range [][]string{skipped, nil} {
		picked, err := p.ask(ctx, except, miko.PickAmong(p.isReady))
		if err == nil {
			if conn := p.byID[picked.Endpoint.ID]; conn.take() {
				return p.chosen(ctx, call, picked, conn), nil
			}
			// Its endpoint has just left: the picker that knows is on its way.
			picked.Done(miko.Outcome{Kind: miko.Cancelled})
			return balancer.PickResult{}, balancer.ErrNoSubConnAvailable
		}
		if miko.CodeOf(err) != miko.CodeNoEndpoint {
			return balancer.PickResult{}, err
		}
	}
	return balancer.PickResult{}, p.nobody()
}

func (p *picker) ask(ctx context.Context, except []string, more ...miko.PickOption) (*miko.Picked, error) {
	options := append([]miko.PickOption{miko.PickProtocol(protocol), miko.PickExcept(except...)}, more...)
	if key, has := hashKeyOf(ctx); has {
		options = append(options, miko.PickHashKey(key))
	}
	return p.client.Pick(ctx, p.service, options...)
}

func (p *picker) isReady(endpoint *miko.Endpoint) bool {
	conn := p.byID[endpoint.ID]
	return conn != nil && conn.state() == connectivity.Ready
}

// chosen hands out a connection that was taken.
func (p *picker) chosen(ctx context.Context, call *call, picked *miko.Picked, conn *connection) balancer.PickResult {
	call.tries(picked.Endpoint.ID)
	head := headOf(ctx)
	head.begin()
	return balancer.PickResult{SubConn: conn.sub, Done: func(info balancer.DoneInfo) {
		picked.Done(outcomeOf(info, head.after()))
		conn.giveBack()
	}}
}

// nobody is connected. While one may yet be, the call waits for it; one that
// is left idle is connected, or nothing would end the wait.
func (p *picker) nobody() error {
	var failure error
	mayCome := false
	for _, conn := range p.byID {
		switch conn.state() {
		case connectivity.TransientFailure:
			failure = conn.failure()
		case connectivity.Idle:
			conn.sub.Connect()
			return balancer.ErrNoSubConnAvailable
		default:
			mayCome = true
		}
	}
	if mayCome {
		return balancer.ErrNoSubConnAvailable
	}
	return fmt.Errorf("mikogrpc: no endpoint of %s can be reached: %w", p.service, failure)
}
