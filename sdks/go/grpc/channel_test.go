package mikogrpc

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/miko-control-plane/miko/sdks/go"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	health "google.golang.org/grpc/health/grpc_health_v1"
	"google.golang.org/grpc/status"
)

func TestCallsAreSpreadOverAllEndpoints(t *testing.T) {
	d := newDirectory(t)
	for _, name := range []string{"a", "b", "c"} {
		d.put(name, newGreeter(t, name).address)
	}
	channel := newChannel(t, newClient(t, d, miko.WithPolicy(func(p *miko.Policy) { p.Balance = miko.RoundRobin })))
	eventually(t, "a connection to each", func() bool { return len(asked(t, channel, 6)) == 3 })
	for name, count := range asked(t, channel, 30) {
		if count != 10 {
			t.Errorf("%s took %d of 30 calls in turn", name, count)
		}
	}
}

func TestOnlyEndpointsThatSpeakGRPCAreCalled(t *testing.T) {
	d := newDirectory(t)
	d.put("a", newGreeter(t, "a").address)
	d.put("b", "127.0.0.1:1", speaking("http"))
	d.put("c", newGreeter(t, "c").address, in("denied"))
	channel := newChannel(t, newClient(t, d))
	if counts := asked(t, channel, 20); counts["a"] != 20 {
		t.Errorf("took calls: %v", counts)
	}
}

func TestAnEndpointThatComesGetsCallsAndOneThatGoesGetsNone(t *testing.T) {
	d := newDirectory(t)
	a, b := newGreeter(t, "a"), newGreeter(t, "b")
	d.put("a", a.address)
	channel := newChannel(t, newClient(t, d))
	asked(t, channel, 3)

	d.put("b", b.address)
	eventually(t, "calls to the new one", func() bool { return asked(t, channel, 10)["b"] > 0 })

	d.remove("a")
	eventually(t, "no calls to the one that went", func() bool { return asked(t, channel, 10)["a"] == 0 })
	if counts := asked(t, channel, 50); counts["b"] != 50 {
		t.Errorf("took calls: %v", counts)
	}
}

func TestACallInFlightOutlivesTheDrainOfItsEndpoint(t *testing.T) {
	d := newDirectory(t)
	a, b := newGreeter(t, "a"), newGreeter(t, "b")
	d.put("a", a.address)
	channel := newChannel(t, newClient(t, d))
	type answer struct {
		instance string
		err      error
	}
	held := make(chan answer, 1)
	go func() {
		instance, err := askIn(context.Background(), channel, "hold")
		held <- answer{instance, err}
	}()
	eventually(t, "the call to be held", func() bool { return a.holding.Load() == 1 })

	stop := load(channel, 4)
	d.put("b", b.address)
	d.put("a", a.address, in("draining"))
	eventually(t, "no new calls to a", func() bool { return asked(t, channel, 10)["a"] == 0 })
	before := a.calls.Load()
	asked(t, channel, 50)
	if a.calls.Load() != before {
		t.Error("a draining endpoint got calls")
	}
	if calls, err := stop(); err != nil {
		t.Errorf("one of %d calls failed: %v", calls, err)
	}
	close(a.release)
	if got := <-held; got != (answer{"a", nil}) {
		t.Errorf("the call in flight ended with %v", got)
	}
}

func TestKillsUnderLoadFailNoRepeatableCall(t *testing.T) {
	d := newDirectory(t)
	greeters := map[string]*greeter{}
	for _, name := range []string{"a", "b", "c", "d"} {
		greeters[name] = newGreeter(t, name)
		d.put(name, greeters[name].address)
	}
	channel := newChannel(t, newClient(t, d), Repeatable("grpc.health.v1.Health/Check"))
	asked(t, channel, 20)
	stop := load(channel, 8)
	for _, name := range []string{"a", "b"} {
		before := greeters[name].calls.Load()
		eventually(t, "calls to "+name, func() bool { return greeters[name].calls.Load() > before })
		// As a kill -9: the directory says nothing of it.
		greeters[name].server.Stop()
		before = greeters["c"].calls.Load()
		eventually(t, "calls to c", func() bool { return greeters["c"].calls.Load() > before+100 })
	}
	back := newGreeter(t, "a")
	d.put("a", back.address, func(e *wireEndpoint) { e.ID = "ep_a2" })
	eventually(t, "calls to the one that is back", func() bool { return back.calls.Load() > 0 })
	if calls, err := stop(); err != nil {
		t.Errorf("one of %d calls failed: %v", calls, err)
	}
}

func TestACallThatMayHaveHappenedIsNotRepeated(t *testing.T) {
	d := newDirectory(t)
	a, b := newGreeter(t, "a"), newGreeter(t, "b")
	d.put("a", a.address)
	d.put("b", b.address)
	a.does("down")
	b.does("down")
	channel := newChannel(t, newClient(t, d))
	if _, err := ask(t, channel, ""); status.Code(err) != codes.Unavailable {
		t.Fatalf("answered %v", err)
	}
	if all := a.calls.Load() + b.calls.Load(); all != 1 {
		t.Errorf("the call was made %d times", all)
	}
}

func TestARepetitionGoesToAnotherEndpoint(t *testing.T) {
	d := newDirectory(t)
	a, b := newGreeter(t, "a"), newGreeter(t, "b")
	d.put("a", a.address)
	d.put("b", b.address)
	// Nothing is ejected here: what keeps calls from a is the repetition alone.
	calm := miko.WithPolicy(func(p *miko.Policy) { p.Outlier, p.Breaker, p.Balance = nil, nil, miko.RoundRobin })
	channel := newChannel(t, newClient(t, d, calm), Repeatable("grpc.health.v1.Health"))
	eventually(t, "a connection to each", func() bool { return len(asked(t, channel, 4)) == 2 })
	a.does("down")
	if counts := asked(t, channel, 20); counts["b"] != 20 {
		t.Errorf("took calls: %v", counts)
	}
}

func TestAnEndpointThatFailsIsEjected(t *testing.T) {
	d := newDirectory(t)
	greeters := map[string]*greeter{}
	for _, name := range []string{"a", "b", "c"} {
		greeters[name] = newGreeter(t, name)
		d.put(name, greeters[name].address)
	}
	var mu sync.Mutex
	var ejected []string
	client := newClient(t, d, miko.WithPolicy(func(p *miko.Policy) { p.Balance = miko.RoundRobin }), miko.WithListener(func(e miko.Event) {
		if e.Kind == miko.EventEjected {
			mu.Lock()
			defer mu.Unlock()
			ejected = append(ejected, e.Instance)
		}
	}))
	channel := newChannel(t, client)
	eventually(t, "a connection to each", func() bool { return len(asked(t, channel, 6)) == 3 })
	greeters["b"].does("broken")
	for range 15 {
		if _, err := ask(t, channel, ""); err != nil && status.Code(err) != codes.Internal {
			t.Fatal(err)
		}
	}
	if counts := asked(t, channel, 20); counts["b"] != 0 {
		t.Errorf("took calls: %v", counts)
	}
	mu.Lock()
	defer mu.Unlock()
	if !slices.Equal(ejected, []string{"b"}) {
		t.Errorf("ejected: %v", ejected)
	}
}

func TestAnAnswerAboutTheRequestEjectsNobody(t *testing.T) {
	d := newDirectory(t)
	a := newGreeter(t, "a")
	d.put("a", a.address)
	d.put("b", newGreeter(t, "b").address)
	client := newClient(t, d, miko.WithListener(func(e miko.Event) {
		if e.Kind == miko.EventEjected || e.Kind == miko.EventOpened {
			t.Errorf("%s %s", e.Kind, e.Instance)
		}
	}))
	channel := newChannel(t, client)
	for range 30 {
		if _, err := ask(t, channel, "missing"); status.Code(err) != codes.NotFound {
			t.Fatal(err)
		}
	}
}

func TestEqualKeysGoToOneEndpoint(t *testing.T) {
	d := newDirectory(t)
	for _, name := range []string{"a", "b", "c"} {
		d.put(name, newGreeter(t, name).address)
	}
	channel := newChannel(t, newClient(t, d, miko.WithPolicy(func(p *miko.Policy) { p.Balance = miko.ConsistentHash })))
	eventually(t, "a connection to each", func() bool { return len(asked(t, channel, 9)) == 3 })
	for _, key := range []string{"anna", "bert", "carl"} {
		took := map[string]bool{}
		for range 10 {
			instance, err := askIn(WithHashKey(t.Context(), key), channel, "")
			if err != nil {
				t.Fatal(err)
			}
			took[instance] = true
		}
		if len(took) != 1 {
			t.Errorf("%s went to %v", key, took)
		}
	}
}

func TestAStreamKeepsItsEndpoint(t *testing.T) {
	d := newDirectory(t)
	a := newGreeter(t, "a")
	d.put("a", a.address)
	channel := newChannel(t, newClient(t, d))
	ctx, cancel := context.WithCancel(t.Context())
	stream, err := channel.Watch(ctx, &health.HealthCheckRequest{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stream.Recv(); err != nil {
		t.Fatal(err)
	}
	d.put("b", newGreeter(t, "b").address)
	d.remove("a")
	eventually(t, "calls to b alone", func() bool { return asked(t, channel, 5)["b"] == 5 })
	cancel()
	if _, err := stream.Recv(); status.Code(err) != codes.Canceled {
		t.Errorf("the stream ended with %v", err)
	}
}

func TestWithoutAnybodyCallsFailAtOnceOrWait(t *testing.T) {
	d := newDirectory(t)
	channel := newChannel(t, newClient(t, d, miko.WithConfirmEmpty(10*time.Millisecond)))
	_, err := ask(t, channel, "")
	if status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "no service greeter") {
		t.Fatalf("answered %v", err)
	}
	waits := make(chan error, 1)
	go func() {
		_, err := channel.Check(context.Background(), &health.HealthCheckRequest{}, grpc.WaitForReady(true))
		waits <- err
	}()
	d.put("a", newGreeter(t, "a").address)
	if err := <-waits; err != nil {
		t.Errorf("the call that waited: %v", err)
	}
	d.remove("a")
	eventually(t, "the cause", func() bool {
		_, err := ask(t, channel, "")
		return err != nil && strings.Contains(err.Error(), "deregistered")
	})
}

func TestNobodyInReachFailsAndTellsWhy(t *testing.T) {
	d := newDirectory(t)
	gone := newGreeter(t, "gone")
	d.put("gone", gone.address)
	gone.server.Stop()
	channel := newChannel(t, newClient(t, d))
	if _, err := ask(t, channel, ""); status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "refused") {
		t.Errorf("answered %v", err)
	}
}

func TestWithoutAFirstAnswerCallsFailUntilThereIsOne(t *testing.T) {
	d := newDirectory(t)
	let := d.hold()
	channel := newChannel(t, newClient(t, d, miko.WithFirstAnswer(20*time.Millisecond)))
	_, err := ask(t, channel, "")
	if status.Code(err) != codes.Unavailable || !strings.Contains(err.Error(), "not known yet") {
		t.Fatalf("answered %v", err)
	}
	d.put("a", newGreeter(t, "a").address)
	let()
	eventually(t, "a call that is answered", func() bool {
		_, err := ask(t, channel, "")
		return err == nil
	})
}

func TestCallsGoOnWithoutMiko(t *testing.T) {
	d := newDirectory(t)
	a, b := newGreeter(t, "a"), newGreeter(t, "b")
	d.put("a", a.address)
	d.put("b", b.address)
	channel := newChannel(t, newClient(t, d), Repeatable("grpc.health.v1.Health/Check"))
	eventually(t, "a connection to each", func() bool { return len(asked(t, channel, 4)) == 2 })
	d.stop()
	asked(t, channel, 20)
	a.server.Stop()
	if counts := asked(t, channel, 20); counts["b"] != 20 {
		t.Errorf("took calls: %v", counts)
	}
}

func TestTheBuilderAloneIsEnough(t *testing.T) {
	d := newDirectory(t)
	d.put("a", newGreeter(t, "a").address)
	client := newClient(t, d)
	conn, err := grpc.NewClient("miko:///greeter", grpc.WithResolvers(NewBuilder(client)), grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	if counts := asked(t, health.NewHealthClient(conn), 5); counts["a"] != 5 {
		t.Errorf("took calls: %v", counts)
	}
}

func TestBadTargetsAndConfigsAreRefused(t *testing.T) {
	client := newClient(t, newDirectory(t))
	for target, opts := range map[string][]Option{
		"miko:///":             nil,
		"miko://host/greeter":  nil,
		"miko:///greeter":      {WithServiceConfig("{")},
		"miko:///greeter?x":    {Repeatable("/")},
		"miko:///greeter?x&y=": {WithServiceConfig(`{"methodConfig": 1}`)},
	} {
		conn, err := grpc.NewClient(target, append(DialOptions(client, opts...), grpc.WithTransportCredentials(insecure.NewCredentials()))...)
		if err == nil {
			_, err = askIn(t.Context(), health.NewHealthClient(conn), "")
			err = errors.Join(err, conn.Close())
		}
		if err == nil || !strings.Contains(err.Error(), "mikogrpc") {
			t.Errorf("%s: %v", target, err)
		}
	}
}
