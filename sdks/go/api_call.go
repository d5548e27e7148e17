package miko

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// apiCall is one call of an operation while its parameters are put into their
// places. The first that has no place stands in err.
type apiCall struct {
	api          *API
	ctx          context.Context
	method, path string
	values       url.Values
	headers      http.Header
	contentType  string
	body         []byte
	// also are statuses of 400 and more that are an answer, not a refusal.
	also []int
	wait time.Duration
	err  *Error
}

const (
	// Miko gives a call up by itself after this long.
	apiUsual = 30 * time.Second
	// What Miko's own word on a deadline may take to arrive.
	apiGrace = 2 * time.Second
	// The longest deadline that Miko takes.
	apiMostTimeout = 300 * time.Second
)

func (a *API) begin(ctx context.Context, method, path string) *apiCall {
	return &apiCall{api: a, ctx: orBackground(ctx), method: method, path: path, values: url.Values{}, headers: http.Header{}, wait: apiUsual + apiGrace}
}

func (c *apiCall) fail(format string, args ...any) *apiCall {
	if c.err == nil {
		c.err = newError(CodeInvalidArgument, format, args...)
	}
	return c
}

// in puts a name into the path. One that ends it early, or climbs, would make
// it another operation's.
func (c *apiCall) in(name, value string) *apiCall {
	if value == "" || value == "." || value == ".." {
		return c.fail("%s must be a name", name)
	}
	c.path = strings.Replace(c.path, "{"+name+"}", url.PathEscape(value), 1)
	return c
}

// query adds a parameter, where one is given: text, a list, a number or a
// boolean, or a pointer to one of these. A list is joined by commas.
func (c *apiCall) query(name string, value any) *apiCall {
	if list, ok := value.([]string); ok {
		value = strings.Join(list, ",")
	}
	text := apiText(value)
	if text == "" {
		return c
	}
	if name == "wait_seconds" {
		seconds, _ := strconv.Atoi(text)
		c.wait += time.Duration(seconds) * time.Second
	}
	c.values.Set(name, text)
	return c
}

// each adds a list as a pair for each of its values.
func (c *apiCall) each(name string, values []string) *apiCall {
	if len(values) > 0 {
		c.values[name] = slices.Clone(values)
	}
	return c
}

// apiText is "" for what says nothing.
func apiText(value any) string {
	switch it := value.(type) {
	case string:
		return it
	case int:
		return apiText(int64(it))
	case int64:
		if it != 0 {
			return strconv.FormatInt(it, 10)
		}
	case bool:
		if it {
			return "true"
		}
	case *int:
		if it != nil {
			return strconv.Itoa(*it)
		}
	case *int64:
		if it != nil {
			return strconv.FormatInt(*it, 10)
		}
	case *bool:
		if it != nil {
			return strconv.FormatBool(*it)
		}
	default:
		panic(fmt.Sprintf("miko: a parameter of type %T", value))
	}
	return ""
}

func (c *apiCall) header(name, value string) *apiCall {
	if strings.ContainsFunc(value, func(r rune) bool { return r < ' ' || r > '~' }) {
		return c.fail("%s must be printable characters", name)
	}
	if value != "" {
		c.headers.Set(name, value)
	}
	return c
}

// deadline tells Miko what is left of the context's time.
func (c *apiCall) deadline() *apiCall {
	end, ok := c.ctx.Deadline()
	if !ok {
		return c
	}
	left := min(max(time.Until(end), time.Millisecond), apiMostTimeout)
	c.wait = left + apiGrace
	return c.header("Miko-Timeout-Ms", strconv.FormatInt(left.Milliseconds(), 10))
}

func (c *apiCall) answers(status int) *apiCall {
	c.also = append(c.also, status)
	return c
}

func (c *apiCall) json(body any) *apiCall { return c.sends("application/json", body) }

func (c *apiCall) sends(contentType string, body any) *apiCall {
	encoded, err := json.Marshal(body)
	if err != nil {
		return c.fail("body cannot be written as JSON: %v", err)
	}
	c.contentType, c.body = contentType, encoded
	return c
}

// patch sends a JSON patch where one is given, else a merge patch.
func (c *apiCall) patch(merge, list any) *apiCall {
	c.sends("application/json-patch+json", list)
	if string(c.body) == "null" {
		c.sends("application/merge-patch+json", merge)
	}
	return c
}

// form sends an object of texts.
func (c *apiCall) form(body any) *apiCall {
	var texts map[string]string
	encoded, err := json.Marshal(body)
	if err == nil {
		err = json.Unmarshal(encoded, &texts)
	}
	if err != nil {
		return c.fail("body cannot be written as a form: %v", err)
	}
	form := url.Values{}
	for name, text := range texts {
		form.Set(name, text)
	}
	c.contentType, c.body = "application/x-www-form-urlencoded", []byte(form.Encode())
	return c
}

// jsonLines writes one value a line.
func jsonLines[T any](values []T) ([]byte, error) {
	var lines bytes.Buffer
	encoder := json.NewEncoder(&lines)
	for _, value := range values {
		if err := encoder.Encode(value); err != nil {
			return nil, err
		}
	}
	return lines.Bytes(), nil
}

func (c *apiCall) lines(encoded []byte, err error) *apiCall {
	if err != nil {
		return c.fail("body cannot be written as JSON: %v", err)
	}
	c.contentType, c.body = "application/x-ndjson", encoded
	return c
}

func (c *apiCall) target() string {
	if len(c.values) == 0 {
		return c.path
	}
	return c.path + "?" + c.values.Encode()
}
