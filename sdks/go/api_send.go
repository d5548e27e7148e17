package miko

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"slices"
	"time"
)

// apiSilence is when a stream counts as dead: bookmarks come at least each
// 10 s, and two and a half of them were missed.
const apiSilence = 25 * time.Second

// whole sends the call and reads its answer to the end.
func (c *apiCall) whole(accept string) ([]byte, Meta, error) {
	ctx, cancel := context.WithTimeoutCause(c.ctx, c.wait, c.late(c.wait))
	defer cancel()
	response, err := c.send(ctx, accept)
	if err != nil {
		return nil, Meta{}, err
	}
	defer response.Body.Close()
	body, err := readBounded(response.Body, maxListBytes)
	if err != nil {
		return nil, Meta{}, c.api.link.failure(ctx, err)
	}
	return body, metaOf(response.StatusCode, response.Header), nil
}

// open sends the call and answers the body as it comes. Reading fails after 25 s
// of silence.
func (c *apiCall) open(accept string) (io.ReadCloser, error) {
	ctx, cancel := context.WithCancelCause(c.ctx)
	patience := time.AfterFunc(c.wait, func() { cancel(c.late(c.wait)) })
	response, err := c.send(ctx, accept)
	if err != nil {
		patience.Stop()
		cancel(nil)
		return nil, err
	}
	patience.Stop()
	quiet := time.AfterFunc(apiSilence, func() { cancel(c.late(apiSilence)) })
	return &patientBody{body: response.Body, quiet: quiet, ctx: ctx, cancel: cancel, link: c.api.link}, nil
}

func (c *apiCall) late(wait time.Duration) *Error {
	return newError(CodeTimeout, "Miko at %s said nothing for %s", c.api.link.base, wait)
}

// send answers a response that is none of refusal.
func (c *apiCall) send(ctx context.Context, accept string) (*http.Response, error) {
	if c.err != nil {
		return nil, c.err
	}
	l := c.api.link
	call := linkCall{method: c.method, path: c.target(), header: c.headers, body: c.body, contentType: c.contentType}
	response, err := l.send(ctx, call, accept)
	if err != nil {
		return nil, err
	}
	status := response.StatusCode
	if status/100 == 2 || status == http.StatusNotModified || slices.Contains(c.also, status) {
		return response, nil
	}
	defer response.Body.Close()
	body, err := readBounded(response.Body, maxAnswerBytes)
	if err != nil {
		return nil, l.failure(ctx, err)
	}
	return nil, l.errorOf(response, body)
}

// patientBody is the body of a stream. Only the time in which it is read counts
// as silence.
type patientBody struct {
	body   io.ReadCloser
	quiet  *time.Timer
	ctx    context.Context
	cancel context.CancelCauseFunc
	link   *link
}

func (p *patientBody) Read(into []byte) (int, error) {
	p.quiet.Reset(apiSilence)
	n, err := p.body.Read(into)
	p.quiet.Stop()
	if err != nil && !errors.Is(err, io.EOF) {
		err = p.link.failure(p.ctx, err)
	}
	return n, err
}

func (p *patientBody) Close() error {
	p.quiet.Stop()
	p.cancel(nil)
	return p.body.Close()
}

// frameProblem is the error that a stream ends with.
func frameProblem(data []byte) *Error {
	problem := map[string]any{}
	// What is no problem document is an error all the same.
	_ = json.Unmarshal(data, &problem)
	return errorOfProblem(problem, 0)
}
