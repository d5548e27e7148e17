package miko

import (
	"context"
	"sync/atomic"
	"testing"
	"time"
)

func register(t *testing.T, c *Client, r Registration) *Registered {
	t.Helper()
	registered, err := c.Register(context.Background(), r)
	if err != nil {
		t.Fatal(err)
	}
	return registered
}

func ready(t *testing.T, r *Registered) *Endpoint {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	endpoint, err := r.Ready(ctx)
	if err != nil {
		t.Fatal(err)
	}
	return endpoint
}

func (m *fakeMiko) owner(key string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.registered[key]
}

func TestRegistrationsShareOneSession(t *testing.T) {
	m := startMiko(t)
	c := m.connect()
	one := register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1})
	two := register(t, c, Registration{Service: "web", Instance: "web-2", Port: 2})
	if ready(t, one).ID != "ep_web-1" || ready(t, two).ID != "ep_web-2" {
		t.Error("the endpoints are not theirs")
	}
	if m.seen("POST /v1/projects/default/sessions") != 1 || !c.Status().Registered || c.Status().Session != "ses_1" {
		t.Errorf("%+v", c.Status())
	}
	if _, err := c.Register(context.Background(), Registration{Service: "web", Instance: "web-1", Port: 1}); CodeOf(err) != CodeInvalidArgument {
		t.Errorf("%v", err)
	}
}

func TestALostSessionIsOpenedAgainWithAllItHeld(t *testing.T) {
	m := startMiko(t)
	c := m.connect()
	ready(t, register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1}))
	m.mu.Lock()
	m.sessions[0].state = "gone"
	m.mu.Unlock()
	eventually(t, "it stands under the next session", func() bool { return m.owner("web/web-1") == "ses_2" && c.Status().Registered })
}

func TestAFencedOwnerIsWarnedOf(t *testing.T) {
	m := startMiko(t)
	var warned atomic.Bool
	c := m.connect(WithOwner("me"), WithWarnings(func(string) { warned.Store(true) }))
	eventually(t, "a session", func() bool { return c.Status().Session == "ses_1" })
	m.mu.Lock()
	m.sessions[0].state = "fenced"
	m.mu.Unlock()
	eventually(t, "the next session", func() bool { return c.Status().Session == "ses_2" })
	if !warned.Load() {
		t.Error("nobody was warned")
	}
}

func TestARefusalIsToldAndTriedAgain(t *testing.T) {
	m := startMiko(t)
	m.refuse("PUT /v1/projects/default/services", 400, "invalid_request", 1)
	c := m.connect()
	r := register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1})
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	_, err := r.Ready(ctx)
	own, ok := err.(*Error)
	if !ok || own.Code != "invalid_request" || own.Status != 400 || own.Fields[0].Pointer != "/port" {
		t.Errorf("%v", err)
	}
	eventually(t, "it is mended on the other side", func() bool { return m.owner("web/web-1") == "ses_1" })
}

func TestReadinessComesFirst(t *testing.T) {
	m := startMiko(t)
	c := m.connect()
	var asked atomic.Int64
	r := register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1, Readiness: func(context.Context) bool {
		if m.owner("web/web-1") != "" {
			t.Error("registered before it was ready")
		}
		if asked.Add(1) == 1 {
			panic("not yet")
		}
		return true
	}})
	ready(t, r)
	if asked.Load() != 2 {
		t.Errorf("asked %d times", asked.Load())
	}
}

func TestClosingTakesOutTheEndpointThenTheSession(t *testing.T) {
	m := startMiko(t)
	c := m.connect(WithDrain(3 * time.Second))
	ready(t, register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1}))
	one := register(t, c, Registration{Service: "web", Instance: "web-2", Port: 1})
	ready(t, one)
	one.Close(context.Background())
	if m.owner("web/web-2") != "" || m.owner("web/web-1") == "" {
		t.Error("the wrong one was taken out")
	}
	c.Close(context.Background())
	if m.owner("web/web-1") != "" || m.sessionAt(0).state != "gone" {
		t.Error("the departure was not told")
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, call := range m.calls {
		if call.method == "DELETE" && call.query != "" && call.query != "session=ses_1&wait_seconds=3" {
			t.Errorf("%s", call.query)
		}
	}
}

func TestARemovalIsAcknowledgedAtOnce(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""), wireEndpoint("web-2", ""))
	c := m.connect(WithOwner("me"))
	endpoints(t, c, "web")
	eventually(t, "the snapshot is acknowledged", func() bool { a := m.sessionAt(0).applied; return a != nil && *a == 5 })
	stream := m.stream(1)
	if stream.session != "ses_1" {
		stream = m.stream(2)
	}
	stream.send("delta", "c7", `{"revision":7,"services":{"web":{"state":"known","revision":7,"set":[],"gone":[{"instance":"web-1","id":"ep_web-1"}]}}}`)
	eventually(t, "the removal is acknowledged", func() bool { return *m.sessionAt(0).applied == 7 })
}

func TestWeightsOnTheWire(t *testing.T) {
	for want, r := range map[int]Registration{100: {}, 7: {Weight: 7}, 0: {Standby: true}} {
		if got := r.toWire("ses_1").Weight; got != want {
			t.Errorf("%d, want %d", got, want)
		}
	}
}
