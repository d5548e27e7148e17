package miko

import (
	"context"
	"fmt"
	"testing"
	"time"
)

func ended() context.Context {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx
}

func TestCloseDepartsAlsoWhenItsContextHasEnded(t *testing.T) {
	m := startMiko(t)
	c := m.connect(WithDrain(time.Minute))
	ready(t, register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1}))
	one := register(t, c, Registration{Service: "web", Instance: "web-2", Port: 1})
	ready(t, one)
	if err := one.Close(ended()); err != nil || m.owner("web/web-2") != "" || m.owner("web/web-1") == "" {
		t.Errorf("%v", err)
	}
	if err := c.Close(ended()); err != nil || m.owner("web/web-1") != "" || m.sessionAt(0).state != "gone" {
		t.Errorf("%v", err)
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, call := range m.calls {
		if call.method == "DELETE" && call.query != "" && call.query != "session=ses_1&wait_seconds=0" {
			t.Errorf("%s", call.query)
		}
	}
}

func TestACloseInAHurryIsBounded(t *testing.T) {
	m := startMiko(t)
	c := m.connect(WithDrain(time.Minute))
	ready(t, register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1}))
	m.mu.Lock()
	m.hang = "DELETE /v1/projects/default/services"
	m.mu.Unlock()
	begun := time.Now()
	if err := c.Close(ended()); err != nil {
		t.Error(err)
	}
	// The end of the session takes out what did not leave by itself.
	if took := time.Since(begun); took > hurriedClose+time.Second || m.sessionAt(0).state != "gone" {
		t.Errorf("%s after %s", m.sessionAt(0).state, took)
	}
}

func TestDeparturesAreSentAllAtOnce(t *testing.T) {
	const many = registrationsAtOnce + 4
	m := startMiko(t)
	c := m.connect()
	for i := range many {
		register(t, c, Registration{Service: "web", Instance: fmt.Sprint("web-", i), Port: 1})
	}
	eventually(t, "all stand there", func() bool { return c.Status().Registered })
	m.mu.Lock()
	m.hang = "DELETE /v1/projects/default/services"
	m.mu.Unlock()
	go c.Close(ended())
	eventually(t, "all departures are sent", func() bool { return m.seen("DELETE /v1/projects/default/services") == many })
}

func TestACloseInAHurryNeverFails(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	keep := make(chan struct{})
	defer close(keep)
	c := m.connect(WithRequired("web"), WithListener(func(event Event) {
		if event.Kind == EventConnected {
			<-keep
		}
	}))
	m.stream(1)
	begun := time.Now()
	if err := c.Close(ended()); err != nil || time.Since(begun) > hurriedClose+time.Second {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
}

func TestASecondCloseHurriesTheFirst(t *testing.T) {
	m := startMiko(t)
	c := m.connect(WithDrain(time.Minute))
	ready(t, register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1}))
	m.mu.Lock()
	m.hang = "DELETE /v1/projects/default/services"
	m.mu.Unlock()
	first := make(chan error, 1)
	go func() { first <- c.Close(context.Background()) }()
	eventually(t, "the departure is sent", func() bool { return m.seen("DELETE /v1/projects/default/services") == 1 })
	begun := time.Now()
	if err := c.Close(ended()); err != nil || m.sessionAt(0).state != "gone" {
		t.Errorf("%v, %s", err, m.sessionAt(0).state)
	}
	if err := <-first; err != nil || time.Since(begun) > hurriedClose+time.Second {
		t.Errorf("%v after %s", err, time.Since(begun))
	}
}

func TestARegistrationThatNeverHadItsTurnLeavesAtOnce(t *testing.T) {
	m := startMiko(t)
	c := m.connect(WithOwner("me"))
	eventually(t, "a session", func() bool { return c.Status().Session != "" })
	for range registrationsAtOnce {
		c.gate <- struct{}{}
	}
	r := register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1})
	time.Sleep(20 * time.Millisecond)
	if err := r.Close(soon(t)); err != nil {
		t.Error(err)
	}
	if n := m.seen("PUT /v1/projects/default/services") + m.seen("DELETE /v1/projects/default/services"); n != 0 {
		t.Errorf("%d calls", n)
	}
}
