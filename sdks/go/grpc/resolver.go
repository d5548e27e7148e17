package mikogrpc

import (
	"context"
	"fmt"

	"github.com/miko-control-plane/miko/sdks/go"
	"google.golang.org/grpc/attributes"
	"google.golang.org/grpc/resolver"
)

// NewBuilder makes a resolver of targets miko:///service out of client, for
// grpc.WithResolvers. DialOptions does that and more: with the builder alone
// a repetition may go to the endpoint that failed, and a stream counts as slow
// as it is long.
func NewBuilder(client *miko.Client, opts ...Option) resolver.Builder {
	b := &builder{client: client}
	for _, set := range opts {
		set(&b.options)
	}
	return b
}

type builder struct {
	client  *miko.Client
	options options
}

func (*builder) Scheme() string { return Scheme }

func (b *builder) Build(target resolver.Target, cc resolver.ClientConn, _ resolver.BuildOptions) (resolver.Resolver, error) {
	service := target.Endpoint()
	if target.URL.Host != "" || service == "" {
		return nil, fmt.Errorf("mikogrpc: the target must be %s:///service, not %q", Scheme, target.String())
	}
	text, err := b.options.serviceConfigJSON()
	if err != nil {
		return nil, err
	}
	config := cc.ParseServiceConfig(text)
	if config.Err != nil {
		return nil, fmt.Errorf("mikogrpc: the service config cannot be used: %w", config.Err)
	}
	ctx, stop := context.WithCancel(context.Background())
	r := &watching{stop: stop, done: make(chan struct{})}
	tell := func(answer *miko.Answer) {
		// The stream is the only source: asking again would change nothing.
		_ = cc.UpdateState(resolver.State{
			Addresses:     addressesOf(answer),
			ServiceConfig: config,
			Attributes:    attributes.New(listKey{}, &list{client: b.client, service: service, answer: answer}),
		})
	}
	go func() {
		defer close(r.done)
		follow(ctx, b.client, service, tell)
	}()
	return r, nil
}

// follow tells each answer until ctx ends. When the first one does not come in
// time, calls fail until it does: they do not wait for as long as Miko is away.
func follow(ctx context.Context, client *miko.Client, service string, tell func(*miko.Answer)) {
	first, err := client.Endpoints(ctx, service)
	if ctx.Err() != nil {
		return
	}
	if err != nil {
		tell(&miko.Answer{State: miko.NotReady, Service: service, Err: err})
	} else if first.State == miko.NotReady {
		tell(first)
	}
	for answer := range client.Watch(ctx, service) {
		tell(answer)
	}
}

// watching is a resolver: one subscription, until it is closed.
type watching struct {
	stop context.CancelFunc
	done chan struct{}
}

func (*watching) ResolveNow(resolver.ResolveNowOptions) {}

func (r *watching) Close() {
	r.stop()
	<-r.done
}

// list is what the resolver hands to the balancer: the endpoints as they are
// in the directory, which addresses alone would not tell.
type list struct {
	client  *miko.Client
	service string
	answer  *miko.Answer
}

type listKey struct{}

func listOf(state resolver.State) *list {
	found, _ := state.Attributes.Value(listKey{}).(*list)
	return found
}

// callable are the endpoints that speak gRPC and have an address.
func (l *list) callable() []*miko.Endpoint {
	var found []*miko.Endpoint
	for _, endpoint := range l.answer.Endpoints {
		if endpoint.Protocol == protocol && endpoint.Address() != "" {
			found = append(found, endpoint)
		}
	}
	return found
}

// refusal says why there is nobody to call.
func (l *list) refusal() error {
	switch l.answer.State {
	case miko.Empty:
		return fmt.Errorf("mikogrpc: %s has no endpoint that may get requests: %s", l.service, l.answer.Cause)
	case miko.Unknown:
		return fmt.Errorf("mikogrpc: Miko knows no service %s", l.service)
	case miko.NotReady:
		if l.answer.Err != nil {
			return fmt.Errorf("mikogrpc: the endpoints of %s are not known yet: %w", l.service, l.answer.Err)
		}
		return fmt.Errorf("mikogrpc: the endpoints of %s are not known yet", l.service)
	}
	return fmt.Errorf("mikogrpc: no endpoint of %s speaks %s", l.service, protocol)
}

const protocol = "grpc"

// addressesOf are for those who look at the channel; the balancer goes by the
// list.
func addressesOf(answer *miko.Answer) []resolver.Address {
	var addresses []resolver.Address
	for _, endpoint := range answer.Endpoints {
		if endpoint.Protocol == protocol && endpoint.Address() != "" {
			addresses = append(addresses, resolver.Address{Addr: endpoint.Address()})
		}
	}
	return addresses
}
