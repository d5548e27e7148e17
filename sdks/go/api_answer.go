package miko

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"iter"

	"github.com/miko-control-plane/miko/sdks/go/internal/sse"
	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

// apiJSON sends the call and reads the JSON of its answer.
func apiJSON[T any](c *apiCall) (body T, meta Meta, err error) {
	answered, meta, err := c.whole("application/json")
	if err != nil || len(answered) == 0 {
		return body, meta, err
	}
	if err := wire.Unmarshal(answered, &body); err != nil {
		return body, meta, c.badAnswer(err)
	}
	return body, meta, nil
}

func apiNothing(c *apiCall) (Meta, error) {
	_, meta, err := c.whole("application/json")
	return meta, err
}

func apiString(c *apiCall) (string, Meta, error) {
	answered, meta, err := c.whole("*/*")
	return string(answered), meta, err
}

// apiLines reads an answer of one JSON value a line.
func apiLines[T any](c *apiCall) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		answered, _, err := c.whole("application/x-ndjson")
		if err != nil {
			yield(none, err)
			return
		}
		for line := range bytes.Lines(answered) {
			var value T
			if err := wire.Unmarshal(line, &value); err != nil {
				yield(none, c.badAnswer(err))
				return
			}
			if !yield(value, nil) {
				return
			}
		}
	}
}

// apiRawLines answers lines as they come and as they are.
func apiRawLines(c *apiCall) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		body, err := c.open("application/x-ndjson")
		if err != nil {
			yield("", err)
			return
		}
		defer body.Close()
		lines := bufio.NewScanner(body)
		lines.Buffer(nil, apiMostLine)
		for lines.Scan() {
			if !yield(lines.Text(), nil) {
				return
			}
		}
		if err := lines.Err(); err != nil {
			yield("", asError(err, CodeUnreachable, "the stream from Miko broke off"))
		}
	}
}

// apiFrames reads a stream of events. place notes the frame's name and answers
// where its data goes; nil for events that a newer Miko has added.
func apiFrames[T any](c *apiCall, place func(frame *T, event, cursor string) any) iter.Seq2[T, error] {
	return func(yield func(T, error) bool) {
		var none T
		body, err := c.open("text/event-stream")
		if err != nil {
			yield(none, err)
			return
		}
		defer body.Close()
		decoder := sse.NewDecoder(body, maxListBytes)
		for {
			event, err := decoder.Next()
			if errors.Is(err, io.EOF) {
				return
			}
			if err != nil {
				yield(none, asError(err, CodeBadAnswer, "the stream from Miko cannot be read"))
				return
			}
			if event.Name == "error" {
				yield(none, frameProblem(event.Data))
				return
			}
			var frame T
			data := place(&frame, event.Name, event.ID)
			if data == nil {
				continue
			}
			if err := wire.Unmarshal(event.Data, data); err != nil {
				yield(none, c.badAnswer(err))
				return
			}
			if !yield(frame, nil) {
				return
			}
		}
	}
}

// apiMostLine bounds one line of an export.
const apiMostLine = 16 << 20

func (c *apiCall) badAnswer(cause error) *Error {
	return wrapError(CodeBadAnswer, cause, "Miko's answer to %s %s cannot be used", c.method, c.path)
}
