package miko

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"
)

func soon(t *testing.T) context.Context {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	t.Cleanup(cancel)
	return ctx
}

// says tells whether err has the code, the words, a cause of that code, and
// tells that cause once.
func says(err error, code, words, cause string) bool {
	var own *Error
	return errors.As(err, &own) && own.Code == code && strings.Contains(own.Message, words) && CodeOf(own.Cause) == cause &&
		strings.Count(err.Error(), own.Cause.Error()) == 1
}

func TestReadySaysTheLastFailure(t *testing.T) {
	m := startMiko(t)
	m.server.Close()
	c := m.connect(WithRequired("web"))
	err := c.Ready(soon(t))
	if !says(err, CodeNotReady, "web; the last failure: miko: Miko at "+m.server.URL, CodeUnreachable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	r := register(t, c, Registration{Service: "mail", Instance: "mail-1", Port: 1})
	eventually(t, "the session failed", func() bool { return r.whyNot() != nil })
	_, err = r.Ready(soon(t))
	if !says(err, CodeTimeout, "mail/mail-1 is not registered yet; the last failure: ", CodeUnreachable) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestReadyOfARegistrationSaysWhatMikoAnswered(t *testing.T) {
	m := startMiko(t)
	m.refuse("PUT /v1/projects/default/services", 503, "not_ready", 100)
	c := m.connect()
	r := register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1})
	eventually(t, "a refusal", func() bool { return r.whyNot() != nil })
	if _, err := r.Ready(soon(t)); !says(err, CodeTimeout, "refused: not_ready", CodeNotReady) {
		t.Errorf("%v", err)
	}
	waits := register(t, c, Registration{Service: "web", Instance: "web-2", Port: 1, Readiness: func(context.Context) bool { return false }})
	if _, err := waits.Ready(soon(t)); !says(err, CodeTimeout, "Readiness", CodeNotReady) {
		t.Errorf("%v", err)
	}
}

func TestARefusalEndsReadyAtOnce(t *testing.T) {
	m := startMiko(t)
	c := m.connect(WithToken("wrong"), WithRequired("web", "mail"), WithFixed(map[string][]string{"mail": {"http://127.0.0.1:1"}}))
	err := c.Ready(context.Background())
	if !says(err, CodeNotReady, "not known yet: web;", "unauthenticated") {
		t.Errorf("%v", err)
	}
	c = m.connect(WithToken("wrong"), WithRequired("mail"), WithFixed(map[string][]string{"mail": {"http://127.0.0.1:1"}}))
	if err := c.Ready(context.Background()); err != nil {
		t.Errorf("the fixed list answers: %v", err)
	}
}

func TestThatThereIsNoSuchProjectEndsTheFirstWaitAtOnce(t *testing.T) {
	m := startMiko(t)
	c := m.connect(WithProject("nowhere"), WithFirstAnswer(time.Minute), WithRequired("web"))
	if answer := endpoints(t, c, "web"); answer.State != NotReady || CodeOf(answer.Err) != "not_found" {
		t.Errorf("%+v", answer)
	}
	if err := c.Ready(context.Background()); !says(err, CodeNotReady, "web", "not_found") {
		t.Errorf("%v", err)
	}
}

func TestAfterCloseAllAnswersAreClosed(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	c := m.connect(WithRequired("web"))
	r := register(t, c, Registration{Service: "web", Instance: "web-2", Port: 1})
	one := register(t, c, Registration{Service: "web", Instance: "web-3", Port: 1, Check: TTLCheck(time.Second)})
	ready(t, r)
	ready(t, one)
	if err := c.Ready(context.Background()); err != nil {
		t.Fatal(err)
	}
	one.Close(context.Background())
	closed := map[string]func() error{
		"Ready of one":  func() error { _, err := one.Ready(context.Background()); return err },
		"Report of one": func() error { return one.Report(context.Background(), "passing", "") },
	}
	check := func() {
		for what, ask := range closed {
			if err := ask(); CodeOf(err) != CodeClosed {
				t.Errorf("%s: %v", what, err)
			}
		}
	}
	check()
	c.Close(context.Background())
	closed["Ready"] = func() error { return c.Ready(context.Background()) }
	closed["Ready of the other"] = func() error { _, err := r.Ready(context.Background()); return err }
	closed["Pick"] = func() error { _, err := c.Pick(context.Background(), "web"); return err }
	closed["Watch"] = func() error {
		var last *Answer
		for last = range c.Watch(context.Background(), "web") {
		}
		return last.Err
	}
	check()
}

func TestCloseEndsWhoWaits(t *testing.T) {
	m := startMiko(t)
	m.mode = "silent"
	c := m.connect(WithRequired("web"))
	r := register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1, Readiness: func(context.Context) bool { return false }})
	ended := make(chan string, 3)
	go func() { ended <- CodeOf(c.Ready(context.Background())) }()
	go func() { _, err := r.Ready(context.Background()); ended <- CodeOf(err) }()
	go func() {
		for range c.Watch(context.Background(), "mail") {
		}
		ended <- CodeClosed
	}()
	eventually(t, "all wait", func() bool { return len(c.directory.wanted()) == 2 })
	c.Close(context.Background())
	for range cap(ended) {
		if code := <-ended; code != CodeClosed {
			t.Errorf("%s", code)
		}
	}
}

func TestANilContextIsNone(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	var none context.Context
	c, err := Connect(none, m.server.URL, WithToken(testToken), WithoutCache(), WithRequired("web"))
	if err != nil {
		t.Fatal(err)
	}
	if answer, err := c.Endpoints(none, "web"); err != nil || answer.State != Known {
		t.Errorf("%v %v", answer, err)
	}
	if err := c.Ready(none); err != nil {
		t.Error(err)
	}
	for range c.Watch(none, "web") {
		break
	}
	r, err := c.Register(none, Registration{Service: "web", Instance: "web-2", Port: 1})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.Ready(none); err != nil {
		t.Error(err)
	}
	if err := errors.Join(r.Close(none), c.Close(none)); err != nil {
		t.Error(err)
	}
}

func TestReadyOfARegistrationSaysThatTheSessionIsFenced(t *testing.T) {
	m := startMiko(t)
	c := m.connect(WithOwner("me"))
	eventually(t, "a session", func() bool { return c.Status().Session != "" })
	m.mu.Lock()
	m.sessions[0].state = "fenced"
	m.mu.Unlock()
	r := register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1})
	if _, err := r.Ready(soon(t)); !says(err, CodeTimeout, "web/web-1 is not registered yet; the last failure: ", "fenced") {
		t.Errorf("%v", err)
	}
}

func TestADeadlineOfTheCallersOwnCauseIsATimeoutOfReady(t *testing.T) {
	m := startMiko(t)
	m.refuse("PUT /v1/projects/default/services", 503, "not_ready", 100)
	r := register(t, m.connect(), Registration{Service: "web", Instance: "web-1", Port: 1})
	eventually(t, "a refusal", func() bool { return r.whyNot() != nil })
	ctx, cancel := context.WithTimeoutCause(context.Background(), 50*time.Millisecond, errors.New("mine"))
	defer cancel()
	if _, err := r.Ready(ctx); !says(err, CodeTimeout, "not registered yet", CodeNotReady) || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestAFirstQuestionThatWaitsIsClosedWithTheClient(t *testing.T) {
	m := startMiko(t)
	m.mode = "silent"
	c := m.connect(WithFirstAnswer(time.Minute))
	asked := make(chan string, 1)
	go func() { _, err := c.Endpoints(context.Background(), "web"); asked <- CodeOf(err) }()
	eventually(t, "it waits", func() bool { return len(c.directory.wanted()) == 1 })
	c.Close(context.Background())
	if code := <-asked; code != CodeClosed {
		t.Errorf("%q", code)
	}
}

func TestNoListenerIsNone(t *testing.T) {
	c := startMiko(t).connect()
	stop := c.On(nil)
	if c.listeners.listening() {
		t.Error("it listens")
	}
	stop()
}
