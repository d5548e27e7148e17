package miko

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"
)

func TestTheErrorOfACallSaysWhatHappened(t *testing.T) {
	c := callingWeb(t, []string{refusing(t, "a")}, WithPolicy(func(p *Policy) { p.Retry.Attempts = 1 }))
	if _, err := c.HTTP().Get("http://web/"); !strings.Contains(err.Error(), "no endpoint of web answered in 1 attempt (") {
		t.Errorf("%v", err)
	}
	c = callingWeb(t, []string{refusing(t, "a"), refusing(t, "b")}, WithPolicy(func(p *Policy) { p.Retry.Attempts = 2 }))
	if _, err := c.HTTP().Get("http://web/"); !strings.Contains(err.Error(), "no endpoint of web answered in 2 attempts (") {
		t.Errorf("%v", err)
	}
}

func TestAnOverloadSaysWhetherItWaited(t *testing.T) {
	for words, queue := range map[string]int{"and none may wait": 0, "and none ended within 20ms": 1} {
		begun := make(chan struct{})
		a := startUpstream(t, "a", func(_ http.ResponseWriter, r *http.Request) {
			close(begun)
			<-r.Context().Done()
		})
		c := callingWeb(t, []string{a.endpoint("")}, WithPolicy(func(p *Policy) {
			p.Bulkhead = BulkheadPolicy{MaxInFlight: 1, MaxQueue: queue, MaxWait: 20 * time.Millisecond}
		}))
		ctx, cancel := context.WithCancel(context.Background())
		over := make(chan struct{})
		go func() {
			defer close(over)
			request, _ := http.NewRequestWithContext(ctx, "GET", "http://web/", nil)
			_, _ = c.HTTP().Do(request)
		}()
		<-begun
		if _, err := c.HTTP().Get("http://web/"); CodeOf(err) != CodeOverloaded || !strings.Contains(err.Error(), words) {
			t.Errorf("%v", err)
		}
		cancel()
		<-over
	}
}

func TestABadAnswerNamesItsFieldAndNoType(t *testing.T) {
	m := startMiko(t)
	m.lists["web"] = `{"state":7,"endpoints":[]}`
	c := m.connect(WithRequired("web"))
	eventually(t, "the frame", func() bool { why, _ := c.directory.whyNot(); return why != nil })
	why, _ := c.directory.whyNot()
	if why.Code != CodeBadAnswer || !strings.Contains(why.Error(), "state should be no number") || strings.Contains(why.Error(), "Go ") {
		t.Errorf("%v", why)
	}
}
