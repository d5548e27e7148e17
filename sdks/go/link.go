package miko

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

const (
	callTimeout = 5 * time.Second
	// maxAnswerBytes bounds every answer of Miko but lists.
	maxAnswerBytes = 1 << 20
	maxListBytes   = 64 << 20
	maxRetryAfter  = 300 * time.Second
)

// link makes the calls to Miko itself. Every error is an *Error, or what the
// caller's context was cancelled with.
type link struct {
	base  string
	token string
	http  *http.Client
	wall  func() time.Time
}

type linkCall struct {
	method, path string
	header       http.Header
	body         []byte
	contentType  string
	// timeout of the whole call, its body included; 0 is callTimeout.
	timeout time.Duration
	// maxBytes of the answer; 0 is maxAnswerBytes.
	maxBytes int64
}

type linkAnswer struct {
	status int
	header http.Header
	body   []byte
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

func newLink(base, token string, dial dialFunc, wall func() time.Time) *link {
	transport := &http.Transport{
		DialContext:         onThisMachine(dial),
		MaxIdleConnsPerHost: 4,
		IdleConnTimeout:     30 * time.Second,
		TLSHandshakeTimeout: 10 * time.Second,
		ForceAttemptHTTP2:   true,
	}
	// Over http the token is in the clear: it stays on this machine, whatever the
	// environment says.
	if strings.HasPrefix(base, "https:") {
		transport.Proxy = http.ProxyFromEnvironment
	}
	return &link{base: base, token: token, wall: wall, http: &http.Client{
		Transport: transport,
		// The token crosses to no other place.
		CheckRedirect: func(*http.Request, []*http.Request) error { return errors.New("a redirect is not followed") },
	}}
}

// onThisMachine takes localhost and all below it for this machine, and asks no
// resolver where that is (RFC 6761, 6.3).
func onThisMachine(dial dialFunc) dialFunc {
	if dial == nil {
		dial = (&net.Dialer{Timeout: dialTimeout, KeepAlive: 15 * time.Second}).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		host, port, err := net.SplitHostPort(address)
		if err != nil || host != "localhost" && !strings.HasSuffix(host, ".localhost") {
			return dial(ctx, network, address)
		}
		conn, err := dial(ctx, network, net.JoinHostPort("127.0.0.1", port))
		if err == nil {
			return conn, nil
		}
		if conn, second := dial(ctx, network, net.JoinHostPort("::1", port)); second == nil {
			return conn, nil
		}
		return nil, err
	}
}

// call makes one call; an answer that is not 2xx (or 304) is its error.
func (l *link) call(ctx context.Context, c linkCall) (*linkAnswer, error) {
	timeout := c.timeout
	if timeout == 0 {
		timeout = callTimeout
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeout,
		newError(CodeTimeout, "Miko at %s did not answer within %s", l.base, timeout))
	defer cancel()
	response, err := l.send(ctx, c, "application/json")
	if err != nil {
		return nil, err
	}
	defer response.Body.Close()
	most := c.maxBytes
	if most == 0 {
		most = maxAnswerBytes
	}
	body, err := readBounded(response.Body, most)
	if err != nil {
		return nil, l.failure(ctx, err)
	}
	if response.StatusCode/100 != 2 && response.StatusCode != http.StatusNotModified {
		return nil, l.errorOf(response, body)
	}
	return &linkAnswer{response.StatusCode, response.Header, body}, nil
}

// callJSON makes a call of JSON and reads the answer into out, unless nil.
func (l *link) callJSON(ctx context.Context, method, path string, in, out any) error {
	c := linkCall{method: method, path: path}
	if in != nil {
		body, err := json.Marshal(in)
		if err != nil {
			return wrapError(CodeInvalidArgument, err, "the body cannot be written as JSON")
		}
		c.body, c.contentType = body, "application/json"
	}
	answer, err := l.call(ctx, c)
	if err != nil || out == nil {
		return err
	}
	if err := wire.Unmarshal(answer.body, out); err != nil {
		return wrapError(CodeBadAnswer, err, "Miko's answer to %s cannot be used", path)
	}
	return nil
}

// open answers when the head of a 2xx answer has come. Its body lasts as long
// as ctx.
func (l *link) open(ctx context.Context, path string, header http.Header) (*http.Response, error) {
	response, err := l.send(ctx, linkCall{method: http.MethodGet, path: path, header: header}, "text/event-stream")
	if err != nil {
		return nil, err
	}
	if response.StatusCode/100 == 2 {
		return response, nil
	}
	defer response.Body.Close()
	body, err := readBounded(response.Body, maxAnswerBytes)
	if err != nil {
		return nil, l.failure(ctx, err)
	}
	return nil, l.errorOf(response, body)
}

func (l *link) send(ctx context.Context, c linkCall, accept string) (*http.Response, error) {
	var body io.Reader
	if c.body != nil {
		body = bytes.NewReader(c.body)
	}
	request, err := http.NewRequestWithContext(ctx, c.method, l.base+c.path, body)
	if err != nil {
		return nil, wrapError(CodeInvalidArgument, err, "the call cannot be made")
	}
	request.Header.Set("Accept", accept)
	if c.body != nil {
		request.Header.Set("Content-Type", c.contentType)
	}
	for name, values := range c.header {
		request.Header[name] = values
	}
	request.Header.Set("Authorization", "Bearer "+l.token)
	request.Header.Set("User-Agent", userAgent)
	request.Header.Set("Miko-Version", apiDate)
	response, err := l.http.Do(request)
	if err != nil {
		return nil, l.failure(ctx, err)
	}
	return response, nil
}

// failure says what became of a call without an answer.
func (l *link) failure(ctx context.Context, err error) error {
	var own *Error
	if cause := context.Cause(ctx); cause != nil {
		if errors.As(cause, &own) {
			return own
		}
		return contextError(ctx)
	}
	if errors.As(err, &own) {
		return own
	}
	return wrapError(CodeUnreachable, err, "Miko at %s cannot be reached", l.base)
}

func (l *link) errorOf(response *http.Response, body []byte) *Error {
	problem := map[string]any{}
	// What is no problem document is an error by its status alone.
	_ = json.Unmarshal(body, &problem)
	err := errorOfProblem(problem, response.StatusCode)
	if id := response.Header.Get("Miko-Request-Id"); id != "" {
		err.RequestID = id
	}
	err.RetryAfter = retryAfter(response.Header, l.wall)
	return err
}

// errorOfProblem reads a problem document (RFC 9457); status 0 takes its own.
func errorOfProblem(problem map[string]any, status int) *Error {
	if said, ok := problem["status"].(float64); ok && status == 0 {
		status = int(said)
	}
	err := &Error{Status: status, Code: textOf(problem["code"]), RequestID: textOf(problem["request_id"])}
	if err.Code == "" {
		err.Code = fmt.Sprintf("http_%d", status)
	}
	err.Message = textOf(problem["detail"])
	if err.Message == "" {
		err.Message = textOf(problem["title"])
	}
	if err.Message == "" {
		err.Message = "Miko refused the call"
	}
	fields, _ := problem["errors"].([]any)
	for _, item := range fields[:min(len(fields), 100)] {
		if field, ok := item.(map[string]any); ok {
			err.Fields = append(err.Fields, FieldProblem{textOf(field["pointer"]), textOf(field["code"]), textOf(field["detail"])})
		}
	}
	return err
}

func textOf(value any) string {
	text, _ := value.(string)
	return text
}

// retryAfter reads the header: whole seconds or an HTTP date; at most 300 s, 0
// without one.
func retryAfter(header http.Header, wall func() time.Time) time.Duration {
	value := header.Get("Retry-After")
	if value == "" {
		return 0
	}
	if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	at, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return max(0, min(at.Sub(wall()), maxRetryAfter))
}

func readBounded(r io.Reader, most int64) ([]byte, error) {
	body, err := io.ReadAll(io.LimitReader(r, most+1))
	if err == nil && int64(len(body)) > most {
		return nil, newError(CodeBadAnswer, "Miko's answer is longer than %d bytes", most)
	}
	return body, err
}
