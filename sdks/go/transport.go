package miko

import (
	"context"
	"net/http"
	"time"
)

// HTTP answers a new client, with the connections of all, whose URLs name services: http://web/path goes to an
// endpoint of the service web that speaks http or https, https://web/path to
// one that speaks https. Retries, hedges, deadlines and the rest follow the
// policy of the service, and Call for one call. The body of each answer must be
// read to its end or closed, as with any http.Client.
//
// A redirect is handed on as it came, for where it leads is no service.
func (c *Client) HTTP() *http.Client {
	return &http.Client{
		Transport:     c.Transport(),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// Transport answers the http.RoundTripper of HTTP, for clients of the caller's
// own: let their CheckRedirect answer http.ErrUseLastResponse. Its errors are *Error: no_endpoint, unknown_service, not_ready,
// endpoints_unreachable, timeout, overloaded, invalid_argument, closed, or
// listener_failed where propagate panicked; or what the context was cancelled
// with.
func (c *Client) Transport() http.RoundTripper { return &transport{c} }

type transport struct{ client *Client }

// RoundTrip makes one call through the balancer.
func (t *transport) RoundTrip(request *http.Request) (*http.Response, error) {
	begun := t.client.clock.now()
	speaks, err := readTarget(request)
	if err != nil {
		closeBody(request)
		return nil, err
	}
	options := callOf(request.Context())
	if options.refusal != nil {
		closeBody(request)
		return nil, options.refusal
	}
	s, err := t.known(request, options.Timeout, begun)
	if err != nil {
		closeBody(request)
		return nil, err
	}
	return newCall(s, s.balancer(speaks), request, options.Call, begun).run()
}

// known waits for the first answer about the service, within the time of the
// call.
func (t *transport) known(request *http.Request, own time.Duration, begun float64) (*service, error) {
	ctx := request.Context()
	if s := t.client.atOnce(request.URL.Host); s != nil {
		return s, nil
	}
	policy := t.client.settings.policyOf(request.URL.Host)
	if timeout := either(own, policy.Timeout); timeout > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeoutCause(ctx, timeout-milliseconds(t.client.clock.now()-begun),
			newError(CodeTimeout, "%s is not known in time", request.URL.Host))
		defer cancel()
	}
	return t.client.known(ctx, request.URL.Host)
}

func readTarget(request *http.Request) (speaks, error) {
	u := request.URL
	if u == nil {
		return "", newError(CodeInvalidArgument, "the request has no URL")
	}
	if u.Port() != "" {
		return "", newError(CodeInvalidArgument, "%.200q must be the name of a service without a port: the port comes from Miko", u.Host)
	}
	if u.User != nil {
		return "", newError(CodeInvalidArgument, "a user or password in the URL is not sent; use a header")
	}
	switch u.Scheme {
	case "http":
		return speaksHTTP, nil
	case "https":
		return speaksHTTPS, nil
	}
	return "", newError(CodeInvalidArgument, "%.20q cannot be called; use http or https", u.Scheme)
}

func closeBody(request *http.Request) {
	if request.Body != nil {
		_ = request.Body.Close()
	}
}
