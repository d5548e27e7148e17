package mikogrpc

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/stats"
)

// WithHashKey gives the calls made with the context a key: under the balance
// ConsistentHash equal keys go to the same endpoint.
func WithHashKey(ctx context.Context, key string) context.Context {
	return context.WithValue(ctx, hashKey{}, key)
}

type hashKey struct{}

func hashKeyOf(ctx context.Context) (string, bool) {
	key, has := ctx.Value(hashKey{}).(string)
	return key, has
}

// call remembers what the attempts of one call share. A nil one remembers
// nothing.
type call struct {
	mu  sync.Mutex
	ids []string
}

type callKey struct{}

func callOf(ctx context.Context) *call {
	found, _ := ctx.Value(callKey{}).(*call)
	return found
}

// tried are the ids of the endpoints that attempts went to, in a slice of the
// caller's own.
func (c *call) tried() []string {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return slices.Clone(c.ids)
}

func (c *call) tries(id string) {
	if c == nil {
		return
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ids = append(c.ids, id)
}

func unaryCall(ctx context.Context, method string, request, reply any, conn *grpc.ClientConn, invoke grpc.UnaryInvoker, opts ...grpc.CallOption) error {
	return invoke(context.WithValue(ctx, callKey{}, &call{}), method, request, reply, conn, opts...)
}

func streamCall(ctx context.Context, desc *grpc.StreamDesc, conn *grpc.ClientConn, method string, open grpc.Streamer, opts ...grpc.CallOption) (grpc.ClientStream, error) {
	return open(context.WithValue(ctx, callKey{}, &call{}), desc, conn, method, opts...)
}

// head measures how long the head of an answer took. A nil one measures
// nothing.
type head struct{ begun, came atomic.Int64 }

type headKey struct{}

func headOf(ctx context.Context) *head {
	found, _ := ctx.Value(headKey{}).(*head)
	return found
}

func (h *head) begin() {
	if h != nil {
		h.begun.Store(int64(sinceStart()))
	}
}

// after is 0 when no head came.
func (h *head) after() time.Duration {
	if h == nil || h.came.Load() == 0 {
		return 0
	}
	return time.Duration(h.came.Load() - h.begun.Load())
}

// sinceStart is on the monotonic clock.
func sinceStart() time.Duration { return time.Since(start) }

var start = time.Now()

// headTimes is told by gRPC when the head of an answer comes: each attempt has
// a context of its own.
type headTimes struct{}

func (headTimes) TagRPC(ctx context.Context, _ *stats.RPCTagInfo) context.Context {
	return context.WithValue(ctx, headKey{}, &head{})
}

func (headTimes) HandleRPC(ctx context.Context, told stats.RPCStats) {
	if _, is := told.(*stats.InHeader); is {
		if h := headOf(ctx); h != nil {
			h.came.Store(int64(sinceStart()))
		}
	}
}

func (headTimes) TagConn(ctx context.Context, _ *stats.ConnTagInfo) context.Context { return ctx }

func (headTimes) HandleConn(context.Context, stats.ConnStats) {}
