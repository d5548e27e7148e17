package miko

import (
	"fmt"
	"log"
	"os"
	"strings"
	"sync"
	"testing"
)

// warnings are those of one client.
type warnings struct {
	mu   sync.Mutex
	told []string
}

func (w *warnings) take(message string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.told = append(w.told, message)
}

// of answers those that tell words.
func (w *warnings) of(words string) []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	var found []string
	for _, message := range w.told {
		if strings.Contains(message, words) {
			found = append(found, message)
		}
	}
	return found
}

func TestARefusalIsWarnedOfOnceUntilItWorksAgain(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = known(wireEndpoint("web-1", ""))
	const watch = "GET /v1/projects/default/endpoints:watch"
	m.refuse(watch, 401, "unauthenticated", 2)
	var w warnings
	c := m.connect(WithWarnings(w.take), WithRequired("web"))
	eventually(t, "a stream", func() bool { return c.Status().Connected })
	told := w.of("")
	if len(told) != 1 || !strings.Contains(told[0], "MIKO_TOKEN") || !strings.Contains(told[0], m.server.URL) || strings.Contains(told[0], testToken) {
		t.Errorf("%q", told)
	}
	m.refuse(watch, 403, "denied", 1)
	m.stream(1).end()
	eventually(t, "the next warning", func() bool { return len(w.of("denied")) == 1 })
	if told := w.of("denied")[0]; strings.Contains(told, "MIKO_TOKEN") {
		t.Errorf("%q", told)
	}
}

func TestWhatWaitingMendsIsNotWarnedOf(t *testing.T) {
	m := startMiko(t)
	for _, status := range []int{429, 500, 503} {
		m.refuse("GET /v1/projects/default/endpoints:watch", status, fmt.Sprint(status), 1)
	}
	var w warnings
	c := m.connect(WithWarnings(w.take), WithRequired("web"))
	eventually(t, "a stream", func() bool { return c.Status().Connected })
	if told := w.of(""); len(told) != 0 {
		t.Errorf("%q", told)
	}
}

func TestEachRefusedRegistrationIsNamed(t *testing.T) {
	m := startMiko(t)
	m.refuse("PUT /v1/projects/default/services/web/endpoints/web-1", 403, "denied", 2)
	var w warnings
	c := m.connect(WithWarnings(w.take))
	register(t, c, Registration{Service: "web", Instance: "web-1", Port: 1})
	register(t, c, Registration{Service: "web", Instance: "web-2", Port: 2})
	eventually(t, "both stand there", func() bool { return c.Status().Registered })
	if told := w.of(""); len(told) != 1 || !strings.Contains(told[0], "web/web-1") {
		t.Errorf("%q", told)
	}
}

func TestARefusedSessionIsWarnedOfByItself(t *testing.T) {
	m := startMiko(t)
	m.refuse("POST /v1/projects/default/sessions", 404, "not_found", 2)
	var w warnings
	c := m.connect(WithWarnings(w.take), WithOwner("me"))
	eventually(t, "a session", func() bool { return c.Status().Session != "" })
	if told := w.of(theSession); len(told) != 1 || len(w.of("")) != 1 {
		t.Errorf("%q", w.of(""))
	}
}

func TestAWarningWhoseFunctionPanicsIsLogged(t *testing.T) {
	var logged strings.Builder
	log.SetOutput(&logged)
	defer log.SetOutput(os.Stderr)
	orLogged(func(string) { panic("no") })("a wrong token")
	if text := logged.String(); !strings.Contains(text, "a wrong token") || !strings.Contains(text, "panicked: no") {
		t.Error(text)
	}
}
