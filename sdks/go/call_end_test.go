package miko

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/balance"
)

// closing counts how often a body was closed.
type closing struct {
	io.Reader
	times atomic.Int64
}

func (c *closing) Close() error {
	c.times.Add(1)
	return nil
}

func TestAnAnswerMayBeginBeforeItsRequestHasEnded(t *testing.T) {
	a := startUpstream(t, "a", func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).EnableFullDuplex()
		w.WriteHeader(200)
		w.(http.Flusher).Flush()
		_, _ = io.Copy(w, r.Body)
	})
	for _, more := range []string{"", `,"tags":["h2"]`} {
		c := callingWeb(t, []string{a.endpoint(more)})
		reader, writer := io.Pipe()
		request, _ := http.NewRequest("POST", "http://web/", reader)
		response, err := c.HTTP().Do(request)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.WriteString(writer, "after the head"); err != nil {
			t.Errorf("%s: %v", more, err)
		}
		writer.Close()
		if body, err := io.ReadAll(response.Body); string(body) != "after the head" || err != nil {
			t.Errorf("%s: %q %v", more, body, err)
		}
		response.Body.Close()
	}
}

func TestABodyIsClosedOnceHoweverTheCallEnds(t *testing.T) {
	a := startUpstream(t, "a", func(_ http.ResponseWriter, r *http.Request) { _, _ = io.Copy(io.Discard, r.Body) })
	for name, c := range map[string]*Client{
		"answered": callingWeb(t, []string{a.endpoint("")}),
		"failed":   callingWeb(t, []string{refusing(t, "a")}),
		"propagate": callingWeb(t, []string{a.endpoint("")}, WithPropagate(func(context.Context, http.Header) {
			panic("no trace")
		})),
	} {
		body := &closing{Reader: strings.NewReader("once")}
		request, _ := http.NewRequest("POST", "http://web/", body)
		if response, err := c.HTTP().Do(request); err == nil {
			response.Body.Close()
		}
		eventually(t, name+": the body is closed", func() bool { return body.times.Load() == 1 })
	}
}

func TestABodyThatNobodyReadIsClosedWhenNoAttemptFollows(t *testing.T) {
	for _, closedFirst := range []bool{true, false} {
		body := &closing{Reader: strings.NewReader("")}
		once := &onceBody{body: body}
		if closedFirst {
			once.Close()
		}
		before := body.times.Load()
		once.leave()
		once.Close()
		if before != 0 || body.times.Load() != 1 {
			t.Errorf("closed %d times before, %d in all", before, body.times.Load())
		}
	}
}

func TestAPanicOfPropagateFailsTheCallAndHoldsNothing(t *testing.T) {
	a, b := startUpstream(t, "a", nil), startUpstream(t, "b", nil)
	c := callingWeb(t, []string{a.endpoint(""), b.endpoint("")}, WithPropagate(func(context.Context, http.Header) { panic("no trace") }))
	for _, hedge := range []time.Duration{0, time.Minute} {
		ctx := WithCall(context.Background(), Call{HedgeAfter: hedge})
		request, _ := http.NewRequestWithContext(ctx, "PUT", "http://web/", strings.NewReader("again"))
		if _, err := c.HTTP().Do(request); CodeOf(err) != CodeListenerFailed || !strings.Contains(err.Error(), "no trace") {
			t.Errorf("%v", err)
		}
	}
	s, _ := c.directory.service("web")
	eventually(t, "nothing is held", func() bool {
		ticket, _ := s.balancer(speaksHTTP).Pick(c.clock.now(), balance.Choice{})
		defer s.balancer(speaksHTTP).Release(ticket)
		return inFlight(c) == 0 && s.balancer(speaksHTTP).InFlight(ticket.Node) == 1
	})
	if a.hits.Load()+b.hits.Load() != 0 {
		t.Error("a request was sent")
	}
}

func TestAPanicOfPickAmongHoldsNoLock(t *testing.T) {
	c := callingWeb(t, []string{startUpstream(t, "a", nil).endpoint("")})
	func() {
		defer func() { _ = recover() }()
		_, _ = c.Pick(context.Background(), "web", PickAmong(func(*Endpoint) bool { panic("not now") }))
	}()
	picked, err := c.Pick(context.Background(), "web")
	if err != nil {
		t.Fatal(err)
	}
	picked.Done(Outcome{Kind: OK})
}

func TestAHandshakeThatNeverEndsIsGivenUp(t *testing.T) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	p := newPool(DefaultPolicy().Pool, nil)
	c := p.connect(poolKey{address: listener.Addr().String(), secure: true})
	c.handshake = 10 * time.Millisecond
	if _, err := c.openTLS(context.Background(), "tcp", listener.Addr().String()); !isRefused(err) {
		t.Errorf("%v", err)
	}
}

// TestWhatMayNotBeRepeatedIsNotRepeatedByTheTransport: the second request on
// each connection is read, and the connection closed without an answer.
func TestWhatMayNotBeRepeatedIsNotRepeatedByTheTransport(t *testing.T) {
	for name, test := range map[string]struct {
		method, header, body string
		said                 Idempotence
	}{
		"GET":                        {method: "GET", said: NotIdempotent},
		"GET with a body":            {method: "GET", said: NotIdempotent, body: "body"},
		"POST X-Idempotency-Key":     {method: "POST", header: "X-Idempotency-Key", body: "body"},
		"POST said to be not so":     {method: "POST", header: "Idempotency-Key", said: NotIdempotent, body: "body"},
		"POST without a body at all": {method: "POST", header: "X-Idempotency-Key"},
	} {
		t.Run(name, func(t *testing.T) {
			var second atomic.Int64
			var told atomic.Value
			listener, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer listener.Close()
			go func() {
				for {
					conn, err := listener.Accept()
					if err != nil {
						return
					}
					go answerOnce(conn, &second, &told)
				}
			}()
			port := strconv.Itoa(listener.Addr().(*net.TCPAddr).Port)
			c := callingWeb(t, []string{wireEndpointAt("a", port, "")})
			get(t, c, "http://web/")
			ctx := WithCall(context.Background(), Call{Idempotent: test.said})
			request, _ := http.NewRequestWithContext(ctx, test.method, "http://web/second", nil)
			if test.body != "" {
				request, _ = http.NewRequestWithContext(ctx, test.method, "http://web/second", strings.NewReader(test.body))
			}
			if test.header != "" {
				request.Header.Set(test.header, "k")
			}
			if _, err := c.HTTP().Do(request); CodeOf(err) != CodeEndpointsUnreachable {
				t.Errorf("%v", err)
			}
			if second.Load() != 1 {
				t.Errorf("it was sent %d times", second.Load())
			}
			seen := told.Load().(*http.Request)
			if test.header != "" && seen.Header.Get(test.header) != "k" {
				t.Error("the key was not sent")
			}
			if test.body == "" && (seen.ContentLength > 0 || len(seen.TransferEncoding) > 0) {
				t.Errorf("a body was sent: %d %v", seen.ContentLength, seen.TransferEncoding)
			}
		})
	}
}

func answerOnce(conn net.Conn, second *atomic.Int64, told *atomic.Value) {
	defer conn.Close()
	reader := bufio.NewReader(conn)
	for {
		request, err := http.ReadRequest(reader)
		if err != nil {
			return
		}
		_, _ = io.Copy(io.Discard, request.Body)
		if request.URL.Path == "/second" {
			second.Add(1)
			told.Store(request)
			return
		}
		_, _ = io.WriteString(conn, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
	}
}

func TestACallWaitsForNoNewList(t *testing.T) {
	c := callingWeb(t, []string{startUpstream(t, "a", nil).endpoint("")})
	get(t, c, "http://web/")
	s, _ := c.directory.service("web")
	s.mu.Lock()
	defer s.mu.Unlock()
	get(t, c, "http://web/")
}
