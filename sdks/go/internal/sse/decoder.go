// Package sse reads text/event-stream (WHATWG HTML, section 9.2.6).
package sse

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"strconv"
	"time"
)

// Event is one dispatched event. ID is the last one seen so far, "" before
// the first.
type Event struct {
	Name string
	Data []byte
	ID   string
}

// ErrTooLong is answered for an event longer than the bound.
var ErrTooLong = errors.New("an event of the stream is too long")

// Decoder reads events from a stream. An event counts only when its blank line
// has come: what a cut stream leaves half told is dropped, and its id with it.
type Decoder struct {
	r        *bufio.Reader
	maxBytes int
	line     []byte
	held     int
	afterCR  bool
	started  bool
	id       string
	retry    time.Duration
}

// NewDecoder reads from r; an event has at most maxBytes.
func NewDecoder(r io.Reader, maxBytes int) *Decoder {
	return &Decoder{r: bufio.NewReaderSize(r, 32<<10), maxBytes: maxBytes}
}

// Retry is the last retry: field, 0 before the first.
func (d *Decoder) Retry() time.Duration { return d.retry }

// Next answers the next event that has data; io.EOF at the end.
func (d *Decoder) Next() (Event, error) {
	var name string
	var data []byte
	var id *string
	parts := 0
	d.held = 0
	for {
		line, err := d.readLine()
		if err != nil {
			return Event{}, err
		}
		if len(line) == 0 {
			if id != nil {
				d.id = *id
			}
			if parts > 0 {
				if name == "" {
					name = "message"
				}
				return Event{Name: name, Data: data, ID: d.id}, nil
			}
			name, data, id, d.held = "", nil, nil, 0
			continue
		}
		field, value := split(line)
		switch string(field) {
		case "event":
			name = string(value)
		case "data":
			if parts > 0 {
				data = append(data, '\n')
			}
			data = append(data, value...)
			parts++
		case "id":
			if bytes.IndexByte(value, 0) < 0 {
				given := string(value)
				id = &given
			}
		case "retry":
			d.takeRetry(value)
		}
	}
}

func (d *Decoder) takeRetry(value []byte) {
	if len(value) == 0 || len(value) > 9 {
		return
	}
	for _, c := range value {
		if c < '0' || c > '9' {
			return
		}
	}
	if ms, err := strconv.Atoi(string(value)); err == nil {
		d.retry = time.Duration(ms) * time.Millisecond
	}
}

// split cuts a line into field and value; a comment has the empty field.
func split(line []byte) (field, value []byte) {
	colon := bytes.IndexByte(line, ':')
	if colon < 0 {
		return line, nil
	}
	return line[:colon], bytes.TrimPrefix(line[colon+1:], []byte(" "))
}

// readLine answers the next line without its end, which is a line feed, a
// carriage return, or both. It never waits for what may follow a carriage
// return.
func (d *Decoder) readLine() ([]byte, error) {
	d.line = d.line[:0]
	for {
		if _, err := d.r.Peek(1); err != nil {
			return nil, err
		}
		chunk, _ := d.r.Peek(d.r.Buffered())
		if d.afterCR {
			d.afterCR = false
			if chunk[0] == '\n' {
				d.discard(1)
				continue
			}
		}
		end := lineEnd(chunk)
		if end < 0 {
			d.line = append(d.line, chunk...)
			d.discard(len(chunk))
		} else {
			d.line = append(d.line, chunk[:end]...)
			d.afterCR = chunk[end] == '\r'
			d.discard(end + 1)
		}
		if d.held > d.maxBytes {
			return nil, ErrTooLong
		}
		if end >= 0 {
			return d.withoutByteOrderMark(d.line), nil
		}
	}
}

func (d *Decoder) discard(n int) {
	d.held += n
	// What was peeked is there to be discarded.
	_, _ = d.r.Discard(n)
}

func (d *Decoder) withoutByteOrderMark(line []byte) []byte {
	if d.started {
		return line
	}
	d.started = true
	return bytes.TrimPrefix(line, []byte("\uFEFF"))
}

func lineEnd(chunk []byte) int {
	end := bytes.IndexByte(chunk, '\n')
	if end < 0 {
		return bytes.IndexByte(chunk, '\r')
	}
	if cr := bytes.IndexByte(chunk[:end], '\r'); cr >= 0 {
		return cr
	}
	return end
}
