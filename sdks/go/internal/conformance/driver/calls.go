package main

import (
	"context"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	miko "github.com/miko-control-plane/miko/sdks/go"
)

const mostBody = 1000

func (d *driver) pick(a args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	var opts []miko.PickOption
	if key, ok := a["hash_key"].(string); ok {
		opts = append(opts, miko.PickHashKey(key))
	}
	names := []string{}
	for range a.intOr("times", 1) {
		picked, err := client.Pick(context.Background(), a.textOr("service", ""), opts...)
		if err != nil {
			return nil, err
		}
		names = append(names, picked.Endpoint.Instance)
		if a["hold"] != true {
			picked.Done(miko.Outcome{Kind: miko.Cancelled})
			continue
		}
		d.mu.Lock()
		d.picked = append(d.picked, picked)
		d.mu.Unlock()
	}
	return map[string]any{"instances": names}, nil
}

func (d *driver) releaseAll(args) (any, error) {
	d.mu.Lock()
	picked := d.picked
	d.picked = nil
	d.mu.Unlock()
	for _, one := range picked {
		one.Done(miko.Outcome{Kind: miko.Cancelled})
	}
	return nil, nil
}

// called is what came of one call.
type called struct {
	Status  int               `json:"status"`
	Headers map[string]string `json:"headers"`
	Body    string            `json:"body"`
	MS      int64             `json:"ms"`
}

func (d *driver) call(a args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	return d.callOnce(client.HTTP(), a)
}

func (d *driver) callOnce(client *http.Client, a args) (*called, error) {
	begun := time.Now()
	request, err := httpRequest(a)
	if err != nil {
		return nil, err
	}
	response, err := client.Do(request)
	if err != nil {
		return nil, err
	}
	result := &called{Status: response.StatusCode, Headers: map[string]string{}}
	for name, values := range response.Header {
		result.Headers[strings.ToLower(name)] = strings.Join(values, ", ")
	}
	if a["read_body"] == false {
		d.mu.Lock()
		d.atEnd = append(d.atEnd, func() { response.Body.Close() })
		d.mu.Unlock()
	} else {
		body, err := io.ReadAll(response.Body)
		response.Body.Close()
		if err != nil {
			return nil, err
		}
		result.Body = string(body[:min(len(body), mostBody)])
	}
	result.MS = time.Since(begun).Milliseconds()
	return result, nil
}

func httpRequest(a args) (*http.Request, error) {
	var body io.Reader
	if text, ok := a["body"].(string); ok {
		body = strings.NewReader(text)
		if a["stream_body"] == true {
			// Hidden from net/http, which would make it again otherwise.
			body = io.MultiReader(body)
		}
	}
	call := miko.Call{HashKey: a.textOr("hash_key", "")}
	call.Timeout = callTime(a, "timeout_ms")
	call.HedgeAfter = callTime(a, "hedge_after_ms")
	switch a["idempotent"] {
	case true:
		call.Idempotent = miko.Idempotent
	case false:
		call.Idempotent = miko.NotIdempotent
	}
	url := "http://" + a.textOr("service", "") + a.textOr("path", "/")
	request, err := http.NewRequestWithContext(miko.WithCall(context.Background(), call), a.textOr("method", "GET"), url, body)
	if err != nil {
		return nil, invalid("path", "one that can be called: "+err.Error())
	}
	headers, _ := a["headers"].(map[string]any)
	for name, value := range headers {
		text, _ := value.(string)
		request.Header.Set(name, text)
	}
	return request, nil
}

// callTime: absent is the policy's, null is none.
func callTime(a args, name string) time.Duration {
	value, given := a[name]
	if !given {
		return 0
	}
	if value == nil {
		return -1
	}
	return time.Duration(a.intOr(name, 0)) * time.Millisecond
}

func (d *driver) calls(a args) (any, error) {
	client, err := d.held()
	if err != nil {
		return nil, err
	}
	t := newTally()
	var workers sync.WaitGroup
	left := make(chan struct{}, a.intOr("count", 1))
	for range cap(left) {
		left <- struct{}{}
	}
	close(left)
	for range a.intOr("concurrency", 1) {
		workers.Add(1)
		go func() {
			defer workers.Done()
			for range left {
				t.count(d.callOnce(client.HTTP(), a))
			}
		}()
	}
	workers.Wait()
	return t.words(), nil
}

const mostErrors = 10

// tally is what became of many calls: ok were answered, by whatever status.
type tally struct {
	mu                          sync.Mutex
	ok, failed                  int
	statuses, codes, byInstance map[string]int
	errors                      []any
}

func newTally() *tally {
	return &tally{statuses: map[string]int{}, codes: map[string]int{}, byInstance: map[string]int{}, errors: []any{}}
}

func (t *tally) count(result *called, err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if err != nil {
		t.failed++
		words := wordsOf(err)
		t.codes[words["code"].(string)]++
		if len(t.errors) < mostErrors {
			t.errors = append(t.errors, words)
		}
		return
	}
	t.ok++
	t.statuses[strconv.Itoa(result.Status)]++
	if instance := result.Headers["x-instance"]; instance != "" {
		t.byInstance[instance]++
	}
}

func (t *tally) words() map[string]any {
	t.mu.Lock()
	defer t.mu.Unlock()
	return map[string]any{
		"ok": t.ok, "failed": t.failed, "statuses": t.statuses, "codes": t.codes, "by_instance": t.byInstance, "first_errors": t.errors,
	}
}
