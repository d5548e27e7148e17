package miko

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

const testToken = "test-token"

// fakeMiko does what a test says: real HTTP, sessions with fencing as in the
// contract, and streams whose every byte after the first frame is the test's.
type fakeMiko struct {
	t      *testing.T
	server *httptest.Server

	mu       sync.Mutex
	lists    map[string]string
	revision int64
	streams  []*fakeStream
	calls    []fakeCall
	sessions []*fakeSession
	// registered is service/instance of the session that put it last.
	registered map[string]string
	refusals   []*refusal
	// mode of new streams: "" or "silent", which sends no frame.
	mode string
	// hang is how the calls begin that get no answer.
	hang string
}

type fakeCall struct{ method, path, query, body string }

type fakeSession struct {
	id, owner, state string
	applied          *int64
}

type fakeStream struct {
	services, session, cursor string
	frames                    chan string
	ended                     chan struct{}
	once                      sync.Once
}

type refusal struct {
	begin, code, retryAfter string
	status, times           int
}

func startMiko(t *testing.T) *fakeMiko {
	m := &fakeMiko{t: t, lists: map[string]string{}, revision: 5, registered: map[string]string{}}
	m.server = httptest.NewServer(m)
	t.Cleanup(func() {
		m.endStreams()
		m.server.CloseClientConnections()
		m.server.Close()
	})
	return m
}

func (m *fakeMiko) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	m.mu.Lock()
	m.calls = append(m.calls, fakeCall{r.Method, r.URL.Path, r.URL.RawQuery, string(body)})
	if m.hang != "" && strings.HasPrefix(r.Method+" "+r.URL.Path, m.hang) {
		m.mu.Unlock()
		<-r.Context().Done()
		return
	}
	for _, one := range m.refusals {
		if one.times > 0 && strings.HasPrefix(r.Method+" "+r.URL.Path, one.begin) {
			one.times--
			m.mu.Unlock()
			if one.retryAfter != "" {
				w.Header().Set("Retry-After", one.retryAfter)
			}
			problem(w, one.status, one.code)
			return
		}
	}
	m.mu.Unlock()
	if r.Header.Get("Authorization") != "Bearer "+testToken {
		problem(w, 401, "unauthenticated")
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/v1/projects/default/")
	switch {
	case path == "endpoints:watch":
		m.watch(w, r)
	case path == "endpoints":
		m.list(w, r)
	case strings.HasPrefix(path, "sessions"):
		m.session(w, r, strings.TrimPrefix(strings.TrimPrefix(path, "sessions"), "/"), body)
	case strings.HasPrefix(path, "services/"):
		m.endpoint(w, r, strings.Split(path, "/"), body)
	default:
		problem(w, 404, "not_found")
	}
}

func (m *fakeMiko) snapshot(services string) string {
	var shown []string
	for _, name := range strings.Split(services, ",") {
		list := m.lists[name]
		if list == "" {
			list = `{"state":"unknown","endpoints":[]}`
		}
		shown = append(shown, fmt.Sprintf("%q:%s", name, list))
	}
	return fmt.Sprintf(`{"revision":%d,"services":{%s}}`, m.revision, strings.Join(shown, ","))
}

func (m *fakeMiko) list(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	defer m.mu.Unlock()
	w.Header().Set("ETag", fmt.Sprintf(`"%d"`, m.revision))
	if r.Header.Get("If-None-Match") == fmt.Sprintf(`"%d"`, m.revision) {
		w.WriteHeader(304)
		return
	}
	io.WriteString(w, m.snapshot(r.URL.Query().Get("service")))
}

func (m *fakeMiko) watch(w http.ResponseWriter, r *http.Request) {
	s := &fakeStream{
		services: r.URL.Query().Get("service"), session: r.URL.Query().Get("session"), cursor: r.Header.Get("Last-Event-Id"),
		frames: make(chan string, 100), ended: make(chan struct{}),
	}
	w.Header().Set("Content-Type", "text/event-stream")
	w.(http.Flusher).Flush()
	m.mu.Lock()
	if m.mode == "" && s.cursor == "" {
		s.frames <- fmt.Sprintf("event: snapshot\nid: c%d\ndata: %s\n\n", m.revision, m.snapshot(s.services))
	} else if m.mode == "" {
		s.frames <- fmt.Sprintf("event: bookmark\nid: c%d\ndata: {\"revision\":%d}\n\n", m.revision, m.revision)
	}
	m.streams = append(m.streams, s)
	m.mu.Unlock()
	defer s.end()
	for {
		select {
		case frame := <-s.frames:
			io.WriteString(w, frame)
			w.(http.Flusher).Flush()
		case <-s.ended:
			return
		case <-r.Context().Done():
			return
		}
	}
}

func (s *fakeStream) end() { s.once.Do(func() { close(s.ended) }) }

func (s *fakeStream) send(event, id, data string) {
	s.frames <- fmt.Sprintf("event: %s\nid: %s\ndata: %s\n\n", event, id, data)
}

func (m *fakeMiko) session(w http.ResponseWriter, r *http.Request, id string, body []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	var in struct {
		Owner   string
		Applied *int64
	}
	_ = json.Unmarshal(body, &in)
	if r.Method == http.MethodPost {
		for _, one := range m.sessions {
			if one.owner == in.Owner && one.state == "open" {
				one.state = "fenced"
			}
		}
		held := &fakeSession{id: fmt.Sprintf("ses_%d", len(m.sessions)+1), owner: in.Owner, state: "open"}
		m.sessions = append(m.sessions, held)
		fmt.Fprintf(w, `{"id":%q,"renew_every_seconds":1}`, held.id)
		return
	}
	held := m.held(w, id)
	if held == nil {
		return
	}
	if r.Method == http.MethodDelete {
		held.state = "gone"
		w.WriteHeader(204)
		return
	}
	held.applied = in.Applied
	fmt.Fprintf(w, `{"id":%q,"renew_every_seconds":1}`, id)
}

// held answers the session, or writes why not.
func (m *fakeMiko) held(w http.ResponseWriter, id string) *fakeSession {
	at := slices.IndexFunc(m.sessions, func(one *fakeSession) bool { return one.id == id })
	switch {
	case at < 0 || m.sessions[at].state == "gone":
		problem(w, 404, "session_not_found")
	case m.sessions[at].state == "fenced":
		problem(w, 409, "fenced")
	default:
		return m.sessions[at]
	}
	return nil
}

func (m *fakeMiko) endpoint(w http.ResponseWriter, r *http.Request, path []string, body []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	service, instance := path[1], path[3]
	if r.Method == http.MethodDelete {
		if m.held(w, r.URL.Query().Get("session")) != nil {
			delete(m.registered, service+"/"+instance)
			w.WriteHeader(204)
		}
		return
	}
	var in struct{ Session string }
	_ = json.Unmarshal(body, &in)
	if m.held(w, in.Session) == nil {
		return
	}
	m.registered[service+"/"+instance] = in.Session
	io.WriteString(w, wireEndpoint(instance, ""))
}

func problem(w http.ResponseWriter, status int, code string) {
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"status":%d,"code":%q,"detail":"refused: %s","errors":[{"pointer":"/port","code":"type","detail":"no"}]}`, status, code, code)
}

func (m *fakeMiko) set(service, list string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.lists[service] = list
	m.revision++
}

func (m *fakeMiko) refuse(begin string, status int, code string, times int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.refusals = append(m.refusals, &refusal{begin: begin, status: status, code: code, times: times})
}

// stream waits for the n-th one ever opened, from 1.
func (m *fakeMiko) stream(n int) *fakeStream {
	m.t.Helper()
	var found *fakeStream
	eventually(m.t, fmt.Sprintf("stream %d", n), func() bool {
		m.mu.Lock()
		defer m.mu.Unlock()
		if len(m.streams) >= n {
			found = m.streams[n-1]
		}
		return found != nil
	})
	return found
}

func (m *fakeMiko) endStreams() {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.streams {
		s.end()
	}
}

// seen counts the calls that begin so.
func (m *fakeMiko) seen(begin string) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	n := 0
	for _, call := range m.calls {
		if strings.HasPrefix(call.method+" "+call.path, begin) {
			n++
		}
	}
	return n
}

func (m *fakeMiko) sessionAt(i int) fakeSession {
	m.mu.Lock()
	defer m.mu.Unlock()
	if i >= len(m.sessions) {
		return fakeSession{}
	}
	return *m.sessions[i]
}

// connect answers a client without a cache, closed at the end.
func (m *fakeMiko) connect(opts ...Option) *Client {
	m.t.Helper()
	opts = append([]Option{WithToken(testToken), WithoutCache(), WithDrain(0), WithWarnings(func(string) {})}, opts...)
	c, err := Connect(context.Background(), m.server.URL, opts...)
	if err != nil {
		m.t.Fatal(err)
	}
	m.t.Cleanup(func() { c.Close(context.Background()) })
	return c
}

func wireEndpoint(instance, more string) string {
	return fmt.Sprintf(`{"id":"ep_%s","instance":%q,"host":"127.0.0.1","port":8080,"protocol":"http","public_url":null,"zone":null,
		"weight":100,"tags":[],"labels":{},"health":"passing","state":"active","revision":1%s}`, instance, instance, more)
}

func known(endpoints ...string) string {
	return fmt.Sprintf(`{"state":"known","cause":null,"revision":5,"endpoints":[%s]}`, strings.ReplaceAll(strings.Join(endpoints, ","), "\n", ""))
}

func emptied(cause string) string {
	return fmt.Sprintf(`{"state":"empty","cause":%q,"revision":6,"endpoints":[]}`, cause)
}

// eventually waits for a condition, with a bound that only a failure reaches.
func eventually(t *testing.T, what string, is func() bool) {
	t.Helper()
	for until := time.Now().Add(10 * time.Second); !is(); time.Sleep(2 * time.Millisecond) {
		if time.Now().After(until) {
			t.Fatalf("it never came: %s", what)
		}
	}
}

func names(endpoints []*Endpoint) string {
	var all []string
	for _, endpoint := range endpoints {
		all = append(all, endpoint.Instance)
	}
	return strings.Join(all, " ")
}

// endpoints asks, and must get an answer.
func endpoints(t *testing.T, c *Client, service string) *Answer {
	t.Helper()
	answer, err := c.Endpoints(context.Background(), service)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}
