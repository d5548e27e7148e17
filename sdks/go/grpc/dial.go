package mikogrpc

import (
	"github.com/miko-control-plane/miko/sdks/go"
	"google.golang.org/grpc"
)

// Scheme is that of targets: miko:///service.
const Scheme = "miko"

// Option is an argument of DialOptions and NewBuilder.
type Option func(*options)

type options struct {
	repeatable    []string
	serviceConfig string
}

// Repeatable names methods that may be called twice, as "shop.Cart/Get", or all
// of a service, as "shop.Cart". They are tried up to three times when an
// endpoint answers UNAVAILABLE or RESOURCE_EXHAUSTED, or its connection breaks,
// within a budget (docs/protocol.md, section 4.3, in gRPC's terms: gRFC A6).
func Repeatable(methods ...string) Option {
	return func(o *options) { o.repeatable = append(o.repeatable, methods...) }
}

// WithServiceConfig gives a gRPC service config: timeouts, retries, sizes.
// Its loadBalancingConfig is replaced; what it says of a method or of
// retryThrottling wins over Repeatable.
func WithServiceConfig(json string) Option {
	return func(o *options) { o.serviceConfig = json }
}

// DialOptions are what grpc.NewClient needs for targets of client, beside the
// transport credentials. grpc.WithDefaultServiceConfig has no effect on such a
// target: use WithServiceConfig.
func DialOptions(client *miko.Client, opts ...Option) []grpc.DialOption {
	return []grpc.DialOption{
		grpc.WithResolvers(NewBuilder(client, opts...)),
		grpc.WithStatsHandler(headTimes{}),
		grpc.WithChainUnaryInterceptor(unaryCall),
		grpc.WithChainStreamInterceptor(streamCall),
	}
}
