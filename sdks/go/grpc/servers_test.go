package mikogrpc

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miko-control-plane/miko/sdks/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
)

// greeter is a real gRPC server. It answers with its name, and does as it is
// asked to: "hold" waits until the test lets go, "down" is UNAVAILABLE,
// "broken" INTERNAL, "missing" NOT_FOUND.
type greeter struct {
	health.UnimplementedHealthServer
	name    string
	address string
	server  *grpc.Server
	calls   atomic.Int64
	holding atomic.Int64
	release chan struct{}
	// answer replaces what is asked for, when it is not "".
	answer atomic.Pointer[string]
}

func newGreeter(t *testing.T, name string) *greeter {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	g := &greeter{name: name, address: listener.Addr().String(), server: grpc.NewServer(), release: make(chan struct{})}
	health.RegisterHealthServer(g.server, g)
	go func() { _ = g.server.Serve(listener) }()
	t.Cleanup(g.server.Stop)
	return g
}

func (g *greeter) does(what string) { g.answer.Store(&what) }

func (g *greeter) Check(ctx context.Context, request *health.HealthCheckRequest) (*health.HealthCheckResponse, error) {
	g.calls.Add(1)
	what := request.Service
	if said := g.answer.Load(); said != nil {
		what = *said
	}
	switch what {
	case "hold":
		g.holding.Add(1)
		defer g.holding.Add(-1)
		select {
		case <-g.release:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	case "down":
		return nil, status.Error(codes.Unavailable, "down")
	case "broken":
		return nil, status.Error(codes.Internal, "broken")
	case "missing":
		return nil, status.Error(codes.NotFound, "missing")
	}
	// After the failures: a call whose answer has a head is not repeated.
	if err := grpc.SetHeader(ctx, metadata.Pairs("x-instance", g.name)); err != nil {
		return nil, err
	}
	return &health.HealthCheckResponse{Status: health.HealthCheckResponse_SERVING}, nil
}

func (g *greeter) Watch(_ *health.HealthCheckRequest, stream grpc.ServerStreamingServer[health.HealthCheckResponse]) error {
	g.calls.Add(1)
	if err := stream.SetHeader(metadata.Pairs("x-instance", g.name)); err != nil {
		return err
	}
	if err := stream.Send(&health.HealthCheckResponse{Status: health.HealthCheckResponse_SERVING}); err != nil {
		return err
	}
	<-stream.Context().Done()
	return stream.Context().Err()
}

func newClient(t *testing.T, d *directory, opts ...miko.Option) *miko.Client {
	t.Helper()
	opts = append([]miko.Option{miko.WithToken("t"), miko.WithoutCache()}, opts...)
	client, err := miko.Connect(t.Context(), d.URL, opts...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
		defer cancel()
		client.Close(ctx)
	})
	return client
}

func newChannel(t *testing.T, client *miko.Client, opts ...Option) health.HealthClient {
	t.Helper()
	dial := append(DialOptions(client, opts...), grpc.WithTransportCredentials(insecure.NewCredentials()))
	conn, err := grpc.NewClient("miko:///greeter", dial...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return health.NewHealthClient(conn)
}

// ask makes one call and answers which instance took it.
func ask(t *testing.T, channel health.HealthClient, what string) (string, error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	return askIn(ctx, channel, what)
}

func askIn(ctx context.Context, channel health.HealthClient, what string) (string, error) {
	var header metadata.MD
	_, err := channel.Check(ctx, &health.HealthCheckRequest{Service: what}, grpc.Header(&header))
	if values := header.Get("x-instance"); len(values) > 0 {
		return values[0], err
	}
	return "", err
}

// asked answers how many of so many calls each instance took; none may fail.
func asked(t *testing.T, channel health.HealthClient, times int) map[string]int {
	t.Helper()
	counts := map[string]int{}
	for range times {
		instance, err := ask(t, channel, "")
		if err != nil {
			t.Fatal(err)
		}
		counts[instance]++
	}
	return counts
}

// eventually waits until it holds; 20 s are long enough for a loaded machine.
func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(20 * time.Second); !holds(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited for 20 s: %s", what)
		}
	}
}

// load calls from several sides at once until it is stopped, and answers the
// number of calls and the first failure.
func load(channel health.HealthClient, sides int) (stop func() (int64, error)) {
	ctx, cancel := context.WithCancel(context.Background())
	var wg sync.WaitGroup
	var calls atomic.Int64
	var failure atomic.Pointer[error]
	for range sides {
		wg.Add(1)
		go func() {
			defer wg.Done()
			for ctx.Err() == nil {
				_, err := askIn(context.Background(), channel, "")
				calls.Add(1)
				if err != nil {
					failure.CompareAndSwap(nil, &err)
				}
			}
		}()
	}
	return func() (int64, error) {
		cancel()
		wg.Wait()
		if failed := failure.Load(); failed != nil {
			return calls.Load(), *failed
		}
		return calls.Load(), nil
	}
}
