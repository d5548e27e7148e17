package miko

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// Error is the one error type of this package. Code is stable; the text is
// for people.
//
// From Miko comes the code of its problem document, or http_<status> when the
// answer was none. The SDK's own codes are the Code constants.
type Error struct {
	Code    string
	Message string
	// Status is that of Miko's answer; 0 when there was none.
	Status int
	// RequestID is to be looked up in Miko's audit log.
	RequestID string
	// Fields are those of the request that Miko objected to.
	Fields []FieldProblem
	// RetryAfter is how long Miko asked to wait, at most five minutes.
	RetryAfter time.Duration
	// Cause is what lies beneath; it is what Unwrap answers.
	Cause error
	// ended is what the context of the wait ended with, where Cause is another.
	ended error
}

// FieldProblem is one field that Miko objected to: Pointer is a JSON pointer
// into the request body, as "/port".
type FieldProblem struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Detail  string `json:"detail"`
}

// The codes of the SDK's own errors.
const (
	CodeUnreachable          = "unreachable"
	CodeTimeout              = "timeout"
	CodeBadAnswer            = "bad_answer"
	CodeClosed               = "closed"
	CodeInvalidArgument      = "invalid_argument"
	CodeNoEndpoint           = "no_endpoint"
	CodeUnknownService       = "unknown_service"
	CodeNotReady             = "not_ready"
	CodeEndpointsUnreachable = "endpoints_unreachable"
	CodeOverloaded           = "overloaded"
	CodeCacheFailed          = "cache_failed"
	CodeListenerFailed       = "listener_failed"
	CodeTooMany              = "too_many"
)

// Error answers the message and the code, and the cause where the message does
// not tell it.
func (e *Error) Error() string {
	text := "miko: " + e.Message + " (" + e.Code
	if e.RequestID != "" {
		text += ", request " + e.RequestID
	}
	text += ")"
	if e.Cause == nil {
		return text
	}
	if cause := e.Cause.Error(); !strings.Contains(e.Message, cause) {
		text += ": " + cause
	}
	return text
}

// Unwrap answers the cause.
func (e *Error) Unwrap() error { return e.Cause }

// Is finds context.DeadlineExceeded and its like also where the cause is why the
// wait was in vain.
func (e *Error) Is(target error) bool { return e.ended != nil && errors.Is(e.ended, target) }

// Timeout is for net.Error and what asks for it.
func (e *Error) Timeout() bool { return e.Code == CodeTimeout }

// CodeOf answers the code of the outermost *Error in err's chain, "" when there
// is none: what became of the call. Why is often in the Cause of that *Error,
// with a code of Miko's own: Ready fails with not_ready, caused by
// unauthenticated.
func CodeOf(err error) string {
	var own *Error
	if errors.As(err, &own) {
		return own.Code
	}
	return ""
}

func newError(code, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...)}
}

func wrapError(code string, cause error, format string, args ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, args...), Cause: cause}
}

// notYet says that a wait was in vain, and why: the last failure, in words and
// as the cause. Either may be nil, what the wait ended with or the failure.
func notYet(code, what string, failure *Error, ended error) *Error {
	if failure == nil {
		return wrapError(code, ended, "%s", what)
	}
	return &Error{Code: code, Message: fmt.Sprintf("%s; the last failure: %s", what, failure), Cause: failure, ended: ended}
}

// asError answers err itself when it is one of ours, else a new one around it.
func asError(err error, code, message string) *Error {
	var own *Error
	if errors.As(err, &own) {
		return own
	}
	return wrapError(code, err, "%s", message)
}

// sessionIsOver tells whether err says so, whatever call it answered.
func sessionIsOver(err *Error) bool {
	return err.Code == "session_not_found" || err.Code == "fenced"
}

// isRefusal tells whether waiting does not mend it: the request itself, or the
// right to make it, is wrong (section 2.3).
func isRefusal(err *Error) bool {
	switch err.Status {
	case 400, 401, 403, 413, 422:
		return true
	case 404:
		return err.Code != "session_not_found"
	}
	return false
}
