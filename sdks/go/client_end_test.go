package miko

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

func TestCloseEndsAlsoWhenAListenerWaitsForIt(t *testing.T) {
	for name, kind := range map[string]EventKind{"session": EventSession, "directory": EventConnected, "end of the session": EventError} {
		t.Run(name, func(t *testing.T) {
			m := startMiko(t)
			if kind == EventError {
				m.refuse("DELETE /v1/projects/default/sessions", 500, "internal", 1)
			}
			m.lists["web"] = known(wireEndpoint("web-1", ""))
			held, closed := make(chan *Client, 1), make(chan error, 1)
			c := m.connect(WithOwner("me"), WithRequired("web"), WithListener(func(event Event) {
				if event.Kind == kind {
					c := <-held
					closed <- c.Close(context.Background())
				}
			}))
			held <- c
			if kind == EventError {
				eventually(t, "a session", func() bool { return c.Status().Session != "" })
				go c.Close(context.Background())
			}
			select {
			case err := <-closed:
				if err != nil {
					t.Error(err)
				}
			case <-time.After(10 * time.Second):
				t.Fatal("it never ended")
			}
			close(held)
			if kind == EventSession && m.sessionAt(0).state != "gone" {
				t.Error("the session was not ended")
			}
		})
	}
}

func TestTheSessionIsEndedAfterADepartureThatNobodyAnswers(t *testing.T) {
	m := startMiko(t)
	c := m.connect()
	ready(t, register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1}))
	m.mu.Lock()
	m.hang = "DELETE /v1/projects/default/services"
	m.mu.Unlock()
	begun := time.Now()
	c.Close(context.Background())
	if m.sessionAt(0).state != "gone" || time.Since(begun) > departTimeout+time.Second {
		t.Errorf("%s after %s", m.sessionAt(0).state, time.Since(begun))
	}
}

func TestAFailedRenewalWaitsAsLongAsMikoAsked(t *testing.T) {
	for _, every := range []time.Duration{time.Second, 7 * time.Second, time.Minute} {
		asked := &Error{Code: "overloaded", Status: 503, RetryAfter: 7 * time.Second}
		for failures := range 20 {
			if wait := renewalAfter(asked, failures, every); wait < asked.RetryAfter {
				t.Errorf("%s", wait)
			}
		}
	}
	if wait := renewalAfter(&Error{}, 20, time.Second); wait > time.Second {
		t.Errorf("%s", wait)
	}
}

func TestTheTokenStaysOnThisMachineOverHTTP(t *testing.T) {
	for base, proxied := range map[string]bool{"http://127.0.0.1:1": false, "http://miko.localhost:1": false, "https://miko.example": true} {
		transport := newLink(base, testToken, nil, time.Now).http.Transport.(*http.Transport)
		if (transport.Proxy != nil) != proxied {
			t.Errorf("%s: by a proxy is %v", base, !proxied)
		}
	}
	var dialed []string
	dial := onThisMachine(func(_ context.Context, _, address string) (net.Conn, error) {
		dialed = append(dialed, address)
		return nil, errors.New("nobody is there")
	})
	for _, address := range []string{"localhost:1", "miko.localhost:2", "notlocalhost:3"} {
		_, _ = dial(context.Background(), "tcp", address)
	}
	if got := strings.Join(dialed, " "); got != "127.0.0.1:1 [::1]:1 127.0.0.1:2 [::1]:2 notlocalhost:3" {
		t.Error(got)
	}
}

func TestTheCallersDeadlineIsATimeoutOfMikosCallsToo(t *testing.T) {
	m := startMiko(t)
	m.hang = "GET /"
	l := newLink(m.server.URL, testToken, nil, time.Now)
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Millisecond)
	defer cancel()
	_, err := l.call(ctx, linkCall{method: "GET", path: "/"})
	var own *Error
	if !errors.As(err, &own) || own.Code != CodeTimeout || !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
}

func TestAnothersFileIsLeftAloneEvenWhereItCannotBeOpened(t *testing.T) {
	c := newCache(t.TempDir(), "http://miko", "shop")
	c.owned = func(fs.FileInfo) bool { return false }
	// Opening it fails, whoever the test runs as.
	if err := os.Symlink(filepath.Join(c.dir, "nowhere"), c.file); err != nil {
		t.Fatal(err)
	}
	if _, _, err := c.load(); !errors.Is(err, errForeignFile) {
		t.Errorf("%v", err)
	}
	if err := c.store(map[string]*wire.List{"web": listed1("web-1")}, time.Now()); CodeOf(err) != CodeCacheFailed {
		t.Errorf("%v", err)
	}
	if to, err := os.Readlink(c.file); err != nil || filepath.Base(to) != "nowhere" {
		t.Errorf("%s %v", to, err)
	}
}

func TestUnknownReplacesAllButAKnownList(t *testing.T) {
	unknown := &wire.List{State: "unknown"}
	draining := listed1("web-1")
	draining.Endpoints[0].State = "draining"
	for want, list := range map[State]*wire.List{Known: listed1("web-1"), Unknown: draining} {
		l := newLists()
		l.take("web", list)
		l.take("web", unknown)
		if got := l.answer("web").State; got != want {
			t.Errorf("a list: %s, want %s", got, want)
		}
		l = newLists()
		l.take("web", list)
		l.delta(&wire.Delta{Revision: 2, Services: map[string]*wire.Change{"web": {State: "unknown", Revision: 2}}})
		if got := l.answer("web").State; got != want {
			t.Errorf("a delta: %s, want %s", got, want)
		}
	}
}
