package miko

import (
	"compress/gzip"
	"context"
	"io"
	"net/http"
	"sync/atomic"
	"testing"
	"time"
)

// inTurn answers by the first function, then by the next; the last one stays.
func inTurn(handlers ...http.HandlerFunc) http.HandlerFunc {
	var calls atomic.Int64
	return func(w http.ResponseWriter, r *http.Request) {
		handlers[min(int(calls.Add(1)), len(handlers))-1](w, r)
	}
}

// cut begins an answer, and breaks off in its body.
func cut(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Length", "100")
	io.WriteString(w, "begin")
	w.(http.Flusher).Flush()
	reset(w, r)
}

func TestTheAnswerOfTheLastAttemptIsHandedOn(t *testing.T) {
	handle := inTurn(status(503), status(502), status(429), status(200))
	a, b := startUpstream(t, "a", handle), startUpstream(t, "b", handle)
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")}, WithPolicy(func(p *Policy) { p.Retry.Attempts = 3 }))
	if response, _ := get(t, c, "http://web/"); response.StatusCode != 429 {
		t.Errorf("%d", response.StatusCode)
	}
	eventually(t, "nothing is in flight", func() bool { return inFlight(c) == 0 })
}

func TestAnEarlierAnswerIsNotKept(t *testing.T) {
	handle := inTurn(status(503), reset)
	a, b := startUpstream(t, "a", handle), startUpstream(t, "b", handle)
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")})
	if _, err := c.HTTP().Get("http://web/"); CodeOf(err) != CodeEndpointsUnreachable {
		t.Errorf("%v", err)
	}
	// net/http itself may send to a connection once more that was open before.
	if hits := a.hits.Load() + b.hits.Load(); hits < 3 {
		t.Errorf("%d hits", hits)
	}
}

func TestWithAnEmptyBudgetTheAnswerThatIsThereIsHandedOn(t *testing.T) {
	handle := inTurn(status(503), reset)
	a, b := startUpstream(t, "a", handle), startUpstream(t, "b", handle)
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")}, WithPolicy(func(p *Policy) { p.Retry.BudgetTokens = 0 }))
	if response, _ := get(t, c, "http://web/"); response.StatusCode != 503 {
		t.Errorf("%d", response.StatusCode)
	}
}

// ejectingAfter makes failures seen: each call has one attempt, and so many
// failures in a row eject.
func ejectingAfter(failures int) Option {
	return WithPolicy(func(p *Policy) {
		p.Outlier.ConsecutiveFailures, p.Breaker, p.Retry.Attempts = failures, nil, 1
	})
}

func TestABodyThatBreaksOffIsOneMoreFailure(t *testing.T) {
	a, b := startUpstream(t, "a", cut), startUpstream(t, "b", nil)
	ejected := make(chan string, 10)
	// The head of each answer says that all is well: failures are never in a row
	// unless they are counted after it.
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")}, ejectingAfter(1), WithListener(func(event Event) {
		if event.Kind == EventEjected {
			ejected <- event.Instance
		}
	}))
	for a.hits.Load() == 0 {
		response, err := c.HTTP().Get("http://web/")
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(response.Body)
		if broken := response.Header.Get("X-Instance") == "a"; broken != (err != nil) || broken && string(body) != "begin" {
			t.Fatalf("%q %v", body, err)
		}
		response.Body.Close()
	}
	if instance := <-ejected; instance != "a" {
		t.Errorf("%s", instance)
	}
	if inFlight(c) != 0 {
		t.Errorf("%d in flight", inFlight(c))
	}
}

func TestABodyThatTheCallerGivesUpIsNoFailure(t *testing.T) {
	a := startUpstream(t, "a", func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		<-r.Context().Done()
	})
	b := startUpstream(t, "b", a.server.Config.Handler.ServeHTTP)
	var ejections atomic.Int64
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")}, ejectingAfter(1), WithListener(func(event Event) {
		if event.Kind == EventEjected {
			ejections.Add(1)
		}
	}))
	for _, giveUp := range []func(*http.Response, context.CancelFunc){
		func(_ *http.Response, cancel context.CancelFunc) { cancel() },
		func(response *http.Response, _ context.CancelFunc) { response.Body.Close() },
	} {
		ctx, cancel := context.WithCancel(context.Background())
		request, _ := http.NewRequestWithContext(ctx, "GET", "http://web/", nil)
		response, err := c.HTTP().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		giveUp(response, cancel)
		if _, err := io.ReadAll(response.Body); err == nil {
			t.Error("there was more to come")
		}
		response.Body.Close()
		cancel()
	}
	if ejections.Load() != 0 || inFlight(c) != 0 {
		t.Errorf("%d ejections, %d in flight", ejections.Load(), inFlight(c))
	}
}

func TestTheCallersHeaderStaysAsItIs(t *testing.T) {
	told := make(chan http.Header, 10)
	a := startUpstream(t, "a", func(_ http.ResponseWriter, r *http.Request) { told <- r.Header })
	c := callingWeb(t, []string{a.endpoint("")})
	for _, given := range []http.Header{nil, {}, {"X-Own": {"1"}}, {"Miko-Timeout-Ms": {"7"}}} {
		request, _ := http.NewRequest("GET", "http://web/", nil)
		request.Header = given
		before := len(given)
		response, err := c.Transport().RoundTrip(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
		seen := <-told
		left := seen.Get("Miko-Timeout-Ms")
		if len(given) != before || seen.Get("X-Own") != given.Get("X-Own") || left == "" || (left == "7") != (given.Get("Miko-Timeout-Ms") == "7") {
			t.Errorf("%v: %v", given, seen)
		}
	}
}

func TestAPackedAnswerIsUnpackedUnlessTheCallerAskedForIt(t *testing.T) {
	handle := func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Accept-Encoding") != "gzip" {
			io.WriteString(w, "plain")
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		packer := gzip.NewWriter(w)
		io.WriteString(packer, "whole")
		packer.Close()
	}
	for _, tag := range []string{"", `,"tags":["h2"]`} {
		c := callingWeb(t, []string{startUpstream(t, "a", handle).endpoint(tag)})
		response, body := get(t, c, "http://web/")
		if body != "whole" || !response.Uncompressed || response.ContentLength != -1 || response.Header.Get("Content-Encoding") != "" {
			t.Errorf("%q %+v", body, response)
		}
		request, _ := http.NewRequest("GET", "http://web/", nil)
		request.Header.Set("Range", "bytes=0-4")
		for _, encoding := range []string{"", "gzip"} {
			if encoding != "" {
				request.Header.Set("Accept-Encoding", encoding)
			}
			response, err := c.HTTP().Do(request)
			if err != nil {
				t.Fatal(err)
			}
			response.Body.Close()
			if response.Uncompressed || response.Header.Get("Content-Encoding") != encoding {
				t.Errorf("%+v", response)
			}
		}
	}
}

func TestLaterQuestionsWaitNoMore(t *testing.T) {
	m := startMiko(t)
	m.mode = "silent"
	c := m.connect(WithFirstAnswer(50*time.Millisecond), WithFixed(map[string][]string{"web": {"http://127.0.0.1:8080"}}))
	if answer := endpoints(t, c, "web"); answer.State != Known || answer.Source != FromFixed {
		t.Errorf("%+v", answer)
	}
	if answer := endpoints(t, c, "mail"); answer.State != NotReady {
		t.Errorf("%+v", answer)
	}
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	// A question that waits would end with its context.
	for _, service := range []string{"web", "mail"} {
		if _, err := c.Endpoints(ctx, service); err != nil {
			t.Errorf("%s: %v", service, err)
		}
	}
}
