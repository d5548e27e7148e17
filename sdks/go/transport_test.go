package miko

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

func get(t *testing.T, c *Client, url string) (*http.Response, string) {
	t.Helper()
	response, err := c.HTTP().Get(url)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		t.Fatal(err)
	}
	return response, string(body)
}

func TestACallByTheNameOfAService(t *testing.T) {
	a := startUpstream(t, "a", nil)
	c := callingWeb(t, []string{a.endpoint("")})
	response, body := get(t, c, "http://web/a%2Fb?q=1")
	if response.StatusCode != 200 || body != "GET /a%2Fb?q=1" || response.Request.URL.Host != "web" {
		t.Errorf("%v %q %v", response.Status, body, response.Request.URL)
	}
}

func TestHTTP2WhereTheEndpointSaysSo(t *testing.T) {
	protocol := func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, r.Proto) }
	a := startUpstream(t, "a", protocol)
	c := callingWeb(t, []string{a.endpoint(`,"tags":["h2"]`)})
	if _, body := get(t, c, "http://web/"); body != "HTTP/2.0" {
		t.Errorf("%s", body)
	}
	c = callingWeb(t, []string{a.endpoint("")})
	if _, body := get(t, c, "http://web/"); body != "HTTP/1.1" {
		t.Errorf("%s", body)
	}
}

func TestARefusedConnectionIsTriedElsewhereWhateverTheMethod(t *testing.T) {
	b := startUpstream(t, "b", nil)
	c := callingWeb(t, []string{refusing(t, "a"), b.endpoint("")})
	for range 5 {
		// A body that can be sent once only: nothing of it was sent.
		request, _ := http.NewRequest("POST", "http://web/", io.MultiReader(strings.NewReader("once")))
		response, err := c.HTTP().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		response.Body.Close()
	}
	if b.hits.Load() != 5 {
		t.Errorf("%d hits", b.hits.Load())
	}
}

func TestABrokenConnectionIsRepeatedOnlyWhereThatMayBe(t *testing.T) {
	for name, test := range map[string]struct {
		method string
		header string
		said   Idempotence
		again  bool
	}{
		"GET":                           {method: "GET", again: true},
		"PUT":                           {method: "PUT", again: true},
		"POST":                          {method: "POST"},
		"POST with an Idempotency-Key":  {method: "POST", header: "k", again: true},
		"POST that is said to be":       {method: "POST", said: Idempotent, again: true},
		"GET that is said to be not so": {method: "GET", said: NotIdempotent},
	} {
		t.Run(name, func(t *testing.T) {
			a, b := startUpstream(t, "a", reset), startUpstream(t, "b", reset)
			c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")})
			ctx := WithCall(context.Background(), Call{Idempotent: test.said})
			request, _ := http.NewRequestWithContext(ctx, test.method, "http://web/", nil)
			if test.header != "" {
				request.Header.Set("Idempotency-Key", test.header)
			}
			_, err := c.HTTP().Do(request)
			if CodeOf(err) != CodeEndpointsUnreachable {
				t.Errorf("%v", err)
			}
			if again := a.hits.Load()+b.hits.Load() > 1; again != test.again {
				t.Errorf("%d hits", a.hits.Load()+b.hits.Load())
			}
		})
	}
}

func TestABodyIsSentAgainByGetBody(t *testing.T) {
	var last atomic.Value
	handle := func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		last.Store(string(body))
		w.WriteHeader(503)
	}
	a, b := startUpstream(t, "a", handle), startUpstream(t, "b", handle)
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")})
	request, _ := http.NewRequest("PUT", "http://web/", strings.NewReader("whole"))
	response, err := c.HTTP().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 503 || a.hits.Load()+b.hits.Load() != 3 || last.Load() != "whole" {
		t.Errorf("%d after %d hits, body %v", response.StatusCode, a.hits.Load()+b.hits.Load(), last.Load())
	}
}

func TestABodyThatCanBeSentOnceIsSentOnce(t *testing.T) {
	a, b := startUpstream(t, "a", status(503)), startUpstream(t, "b", status(503))
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")})
	request, _ := http.NewRequest("PUT", "http://web/", io.MultiReader(strings.NewReader("once")))
	response, err := c.HTTP().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != 503 || a.hits.Load()+b.hits.Load() != 1 {
		t.Errorf("%d after %d hits", response.StatusCode, a.hits.Load()+b.hits.Load())
	}
}

func TestWithoutTokensNothingIsRepeated(t *testing.T) {
	a, b := startUpstream(t, "a", status(503)), startUpstream(t, "b", status(503))
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")}, WithPolicy(func(p *Policy) { p.Retry.BudgetTokens, p.Retry.BudgetRatio = 0, 0 }))
	get(t, c, "http://web/")
	if a.hits.Load()+b.hits.Load() != 1 {
		t.Errorf("%d hits", a.hits.Load()+b.hits.Load())
	}
}

func TestRetryAfterPausesAndIsWaitedFor(t *testing.T) {
	var first atomic.Bool
	a := startUpstream(t, "a", func(w http.ResponseWriter, _ *http.Request) {
		if !first.Swap(true) {
			w.Header().Set("Retry-After", "1")
			w.WriteHeader(429)
		}
	})
	c := callingWeb(t, []string{a.endpoint("")})
	begun := time.Now()
	response, _ := get(t, c, "http://web/")
	if response.StatusCode != 200 || time.Since(begun) < time.Second {
		t.Errorf("%d after %s", response.StatusCode, time.Since(begun))
	}
	first.Store(false)
	c2 := callingWeb(t, []string{a.endpoint("")}, WithPolicy(func(p *Policy) { p.Retry.MaxRetryAfter = 0 }))
	if response, _ := get(t, c2, "http://web/"); response.StatusCode != 429 {
		t.Errorf("%d", response.StatusCode)
	}
}

func TestTheDeadlineIsPassedAlongAndKept(t *testing.T) {
	told := make(chan string, 10)
	a := startUpstream(t, "a", func(_ http.ResponseWriter, r *http.Request) {
		told <- r.Header.Get("Miko-Timeout-Ms")
		<-r.Context().Done()
	})
	c := callingWeb(t, []string{a.endpoint("")})
	ctx := WithCall(context.Background(), Call{Timeout: 200 * time.Millisecond})
	request, _ := http.NewRequestWithContext(ctx, "GET", "http://web/", nil)
	_, err := c.HTTP().Do(request)
	if CodeOf(err) != CodeTimeout {
		t.Errorf("%v", err)
	}
	if left, _ := strconv.Atoi(<-told); left < 1 || left > 200 {
		t.Errorf("%d ms were told", left)
	}
}

func TestTheCallersWordIsHandedBack(t *testing.T) {
	reached := make(chan struct{}, 10)
	a := startUpstream(t, "a", func(_ http.ResponseWriter, r *http.Request) {
		reached <- struct{}{}
		<-r.Context().Done()
	})
	c := callingWeb(t, []string{a.endpoint("")})
	ctx, cancel := context.WithCancel(context.Background())
	go func() {
		<-reached
		cancel()
	}()
	request, _ := http.NewRequestWithContext(ctx, "GET", "http://web/", nil)
	if _, err := c.HTTP().Do(request); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	if a.hits.Load() != 1 {
		t.Errorf("%d hits", a.hits.Load())
	}
}

func TestAHedgeGoesToAnotherEndpointAndTheLoserIsCancelled(t *testing.T) {
	cancelled := make(chan struct{})
	var slow atomic.Bool
	handle := func(w http.ResponseWriter, r *http.Request) {
		if !slow.Swap(true) {
			<-r.Context().Done()
			close(cancelled)
		}
	}
	a, b := startUpstream(t, "a", handle), startUpstream(t, "b", handle)
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")})
	ctx := WithCall(context.Background(), Call{HedgeAfter: 10 * time.Millisecond})
	request, _ := http.NewRequestWithContext(ctx, "GET", "http://web/", nil)
	response, err := c.HTTP().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	<-cancelled
	if a.hits.Load() != 1 || b.hits.Load() != 1 {
		t.Errorf("%d and %d hits", a.hits.Load(), b.hits.Load())
	}
	eventually(t, "nothing is in flight", func() bool { return inFlight(c) == 0 })
}

// inFlight counts the calls in the bulkhead of web.
func inFlight(c *Client) int {
	s, _ := c.directory.service("web")
	return s.bulkhead.InFlight()
}

func TestACallIsOverWhenItsBodyIsLetGoOf(t *testing.T) {
	a := startUpstream(t, "a", func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "body") })
	c := callingWeb(t, []string{a.endpoint("")}, WithPolicy(func(p *Policy) {
		p.Bulkhead = BulkheadPolicy{MaxInFlight: 1, MaxQueue: 0}
	}))
	first, err := c.HTTP().Get("http://web/")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.HTTP().Get("http://web/"); CodeOf(err) != CodeOverloaded {
		t.Errorf("%v", err)
	}
	first.Body.Close()
	get(t, c, "http://web/")
	if inFlight(c) != 0 {
		t.Errorf("%d in flight", inFlight(c))
	}
}

func TestCallsInFlightOutliveTheirEndpoint(t *testing.T) {
	m := startMiko(t)
	release := make(chan struct{})
	a := startUpstream(t, "a", func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		<-release
		io.WriteString(w, "whole")
	})
	m.lists["web"] = known(a.endpoint(""))
	c := m.connect()
	response, err := c.HTTP().Get("http://web/")
	if err != nil {
		t.Fatal(err)
	}
	m.stream(1).send("delta", "c6", `{"revision":6,"services":{"web":{"state":"empty","cause":"departed","revision":6,"set":[],"gone":[{"instance":"a","id":"ep_a"}]}}}`)
	eventually(t, "it has left", func() bool { return endpoints(t, c, "web").State == Empty })
	if _, err := c.HTTP().Get("http://web/"); CodeOf(err) != CodeNoEndpoint {
		t.Errorf("%v", err)
	}
	close(release)
	if body, err := io.ReadAll(response.Body); string(body) != "whole" || err != nil {
		t.Errorf("%q %v", body, err)
	}
	response.Body.Close()
}

func TestWhatCannotBeCalledIsRefused(t *testing.T) {
	c := callingWeb(t, []string{startUpstream(t, "a", nil).endpoint("")})
	for url, code := range map[string]string{
		"http://web:80/": CodeInvalidArgument, "ftp://web/": CodeInvalidArgument, "http://user@web/": CodeInvalidArgument,
		"https://web/": CodeNoEndpoint, "http://nope/": CodeUnknownService, "http://NOT_A_NAME/": CodeInvalidArgument,
	} {
		if _, err := c.HTTP().Get(url); CodeOf(err) != code {
			t.Errorf("%s: %v", url, err)
		}
	}
}

func TestPropagateAddsToEachAttempt(t *testing.T) {
	told := make(chan string, 10)
	handle := func(w http.ResponseWriter, r *http.Request) {
		told <- r.Header.Get("Traceparent")
		w.WriteHeader(503)
	}
	a, b := startUpstream(t, "a", handle), startUpstream(t, "b", handle)
	type key struct{}
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")}, WithPropagate(func(ctx context.Context, header http.Header) {
		header.Set("Traceparent", ctx.Value(key{}).(string))
	}))
	request, _ := http.NewRequestWithContext(context.WithValue(context.Background(), key{}, "trace"), "GET", "http://web/", nil)
	response, err := c.HTTP().Do(request)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if len(told) != 3 || <-told != "trace" || request.Header.Get("Traceparent") != "" {
		t.Errorf("%d attempts", len(told))
	}
}

func TestANewEndpointOfACalledServiceIsWarmedUp(t *testing.T) {
	m := startMiko(t)
	a, b := startUpstream(t, "a", nil), startUpstream(t, "b", nil)
	m.lists["web"] = known(a.endpoint(""))
	c := m.connect()
	get(t, c, "http://web/")
	m.stream(1).send("delta", "c6", `{"revision":6,"services":{"web":{"state":"known","revision":6,"set":[`+b.endpoint("")+`],"gone":[]}}}`)
	s, _ := c.directory.service("web")
	eventually(t, "a connection is open before any call", func() bool {
		warm := 0
		s.pool.byKey.Range(func(_, held any) bool {
			warm += len(held.(*connections).warm)
			return true
		})
		return warm == 1
	})
	if b.hits.Load() != 0 {
		t.Error("a request was sent")
	}
}
