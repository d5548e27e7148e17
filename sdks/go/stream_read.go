package miko

import (
	"context"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/miko-control-plane/miko/sdks/go/internal/sse"
	"github.com/miko-control-plane/miko/sdks/go/internal/wire"
)

const (
	// silence: bookmarks come at least each 10 s; two and a half of them missed
	// is a dead connection.
	silence  = 25 * time.Second
	maxEvent = 64 << 20
)

type streamCall struct {
	path       string
	cursor     string
	firstFrame time.Duration
	// onLive is called before the first frame is handed on.
	onLive func()
	// onFrame takes a frame and the cursor it came with.
	onFrame func(frame any, id string)
}

// ending is how one stream ended.
type ending struct {
	// err is nil when Miko ended it without a word, or it was ended on purpose.
	err *Error
	// reopened: it was given up for another one.
	reopened bool
	// retry is how long Miko asked to stay away.
	retry time.Duration
	// opened: there was an answer, and it lived so long.
	opened bool
	lived  time.Duration
	// cut: it was taken, and brought nothing; something on the way cuts streams.
	cut bool
}

// readStream opens one stream and hands on its frames until it ends.
func readStream(ctx context.Context, cancel context.CancelCauseFunc, l *link, call streamCall) (end ending) {
	var taken atomic.Bool
	live := false
	watchdog := time.AfterFunc(call.firstFrame, func() {
		cancel(newError(CodeTimeout, "the stream from Miko brought no frame for %s", call.firstFrame))
	})
	defer watchdog.Stop()
	defer func() {
		if errors.Is(context.Cause(ctx), errReopen) {
			end = ending{reopened: true, opened: end.opened, lived: end.lived}
		}
	}()

	response, err := l.open(traceTaken(ctx, &taken), call.path, headerOf(call.cursor))
	if err != nil {
		failed := asError(err, CodeUnreachable, "the stream from Miko cannot be opened")
		return ending{err: failed, cut: taken.Load() && failed.Code == CodeTimeout}
	}
	defer response.Body.Close()
	if media, _, _ := mime.ParseMediaType(response.Header.Get("Content-Type")); media != "text/event-stream" {
		return ending{err: newError(CodeBadAnswer, "the stream from Miko came as %q", response.Header.Get("Content-Type")), cut: true}
	}
	begun := time.Now()
	body := &heard{r: response.Body, timer: time.AfterFunc(silence, func() {
		cancel(newError(CodeTimeout, "the stream from Miko was silent for %s", silence))
	})}
	defer body.timer.Stop()
	decoder := sse.NewDecoder(body, maxEvent)
	end.opened = true
	for {
		event, err := decoder.Next()
		if err != nil {
			end.err = brokeOff(ctx, err)
			break
		}
		watchdog.Stop()
		frame, err := wire.ReadFrame(event.Name, event.Data)
		if err != nil {
			end.err = wrapError(CodeBadAnswer, err, "a frame of the stream from Miko cannot be used")
			break
		}
		if problem, isError := frame.(map[string]any); isError {
			live = true
			end.err = errorOfProblem(problem, 0)
			break
		}
		if ctx.Err() != nil {
			break
		}
		if !live {
			call.onLive()
		}
		live = true
		call.onFrame(frame, event.ID)
	}
	end.retry = min(decoder.Retry(), maxRetryAfter)
	end.lived = time.Since(begun)
	end.cut = !live && (end.err == nil || end.err.Code != CodeBadAnswer)
	return end
}

// brokeOff is nil when the stream just ended.
func brokeOff(ctx context.Context, err error) *Error {
	var own *Error
	if errors.As(context.Cause(ctx), &own) {
		return own
	}
	if errors.Is(err, io.EOF) {
		return nil
	}
	if errors.Is(err, sse.ErrTooLong) {
		return wrapError(CodeBadAnswer, err, "the stream from Miko cannot be read")
	}
	return wrapError(CodeUnreachable, err, "the stream from Miko broke off")
}

// traceTaken notes that a connection was there to take the call.
func traceTaken(ctx context.Context, taken *atomic.Bool) context.Context {
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { taken.Store(true) }})
}

func headerOf(cursor string) http.Header {
	if cursor == "" {
		return nil
	}
	return http.Header{"Last-Event-Id": {cursor}}
}

// heard puts off the end of a stream with each byte.
type heard struct {
	r     io.Reader
	timer *time.Timer
}

func (h *heard) Read(p []byte) (int, error) {
	n, err := h.r.Read(p)
	if n > 0 {
		h.timer.Reset(silence)
	}
	return n, err
}
